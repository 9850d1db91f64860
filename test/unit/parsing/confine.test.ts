import { expect, test } from "bun:test";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { temporaryFolder } from "../../support/folder.ts";
import { childrenOf } from "../../support/process-tree.ts";
import { readerPool, readIn } from "../../support/reader-pool.ts";

const CONFINED = fileURLToPath(import.meta.resolve("../../support/confined.ts"));

test("a process that has confined itself reads, but writes no file, reaches nobody and starts nothing", async () => {
  const folder = temporaryFolder("confined");
  writeFileSync(join(folder, "there"), "untouched");
  let asked = 0;
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: () => new Response(String(asked++)),
  });
  try {
    const child = Bun.spawn([process.execPath, CONFINED, folder, String(server.port)], {
      stdout: "pipe",
    });
    const said: unknown = JSON.parse(await new Response(child.stdout).text());
    expect(said).toEqual({ done: [], read: "untouched" });
    expect(asked).toBe(0);
    expect(readdirSync(folder)).toEqual(["there"]);
  } finally {
    await server.stop(true);
  }
});

test("a parser process is confined before it sees its first document", async () => {
  const pool = readerPool();
  try {
    await readIn(pool, "a.txt", "The rent is 950 euro.");
    const modes = childrenOf(process.pid).map(
      (pid) => /^Seccomp:\s+(\d)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1],
    );
    expect(modes).toContain("2");
  } finally {
    await pool.stop();
  }
});
