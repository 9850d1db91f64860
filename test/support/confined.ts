/** Confines itself as a parser does, tries what it then may not, and prints the names of what could be done all the same. */
import { connect } from "node:net";
import { mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { confine } from "../../src/parsing/child/confine.ts";

const [folder = "", port = ""] = process.argv.slice(2);
const there = join(folder, "there");

const TRIES: Readonly<Record<string, () => unknown>> = {
  write: () => writeFileSync(join(folder, "new"), "a"),
  overwrite: () => writeFileSync(there, "a"),
  append: () => writeFileSync(there, "a", { flag: "a" }),
  bunWrite: () => Bun.write(join(folder, "new"), "a"),
  remove: () => rmSync(there),
  rename: () => renameSync(there, join(folder, "new")),
  folder: () => mkdirSync(join(folder, "new")),
  link: () => symlinkSync("/etc/passwd", join(folder, "new")),
  fetch: () => fetch(`http://127.0.0.1:${port}/`),
  connect: () =>
    new Promise((resolve, reject) => {
      connect(Number(port), "127.0.0.1").once("connect", resolve).once("error", reject);
    }),
  datagram: () => Bun.udpSocket({}),
  program: () => Bun.spawnSync(["/bin/sh", "-c", "true"]),
};

if (!confine()) process.exit(2);
const done: string[] = [];
for (const [name, attempt] of Object.entries(TRIES)) {
  try {
    await attempt();
    done.push(name);
  } catch {
    // As it should be.
  }
}
process.stdout.write(JSON.stringify({ done, read: readFileSync(there, "utf8") }));
process.exit(0);
