import { expect, test } from "bun:test";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { temporaryFolder } from "../../support/folder.ts";
import { EXECUTABLE } from "../../support/engine.ts";
import { childrenOf } from "../../support/process-tree.ts";
import { PARSER, readerPool, readIn } from "../../support/reader-pool.ts";

const CONFINED = fileURLToPath(import.meta.resolve("../../support/confined.ts"));

test("a process that has confined itself reads, but writes no file, reaches nobody and starts nothing", async () => {
  const folder = temporaryFolder("confined");
  writeFileSync(join(folder, "there"), "untouched", { mode: 0o600 });
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
    expect(said).toEqual({ could: [], read: "untouched", mode: "600" });
    expect(asked).toBe(0);
    expect(readdirSync(folder)).toEqual(["there"]);
  } finally {
    await server.stop(true);
  }
});

test.each([
  ["from source", PARSER],
  ["in the executable", [EXECUTABLE, "__parse"]],
])(
  "a parser process %s is confined with all its threads before it sees its first document",
  async (_where, command) => {
    const others = new Set(childrenOf(process.pid));
    const pool = readerPool({ command, concurrency: 1 });
    try {
      await readIn(pool, "a.txt", "The rent is 950 euro.");
      const parsers = childrenOf(process.pid).filter((pid) => !others.has(pid));
      const modes = parsers.flatMap(seccompModes);
      expect(new Set(modes)).toEqual(new Set(["2"]));
    } finally {
      await pool.stop();
    }
  },
);

/** Of each of its threads: 2 where a filter holds. */
function seccompModes(pid: number): (string | undefined)[] {
  return readdirSync(`/proc/${pid}/task`).map((thread) => {
    const status = readFileSync(`/proc/${pid}/task/${thread}/status`, "utf8");
    return /^Seccomp:\s+(\d)/m.exec(status)?.[1];
  });
}
