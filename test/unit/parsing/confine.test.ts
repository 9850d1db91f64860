import { expect, test } from "bun:test";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { temporaryFolder } from "../../support/folder.ts";
import { EXECUTABLE } from "../../support/engine.ts";
import { eventually } from "../../support/eventually.ts";
import { childrenOf, isRunning } from "../../support/process-tree.ts";
import { LAUNCHER } from "../../support/tesseract.ts";
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

test("a program that a process becomes is confined as well", async () => {
  const folder = temporaryFolder("become");
  const script = 'echo b > "$0/there"; echo b > "$0/new"; true';
  writeFileSync(join(folder, "there"), "a");
  const child = Bun.spawn([...LAUNCHER, "/bin/sh", "-c", script, folder], { stderr: "ignore" });
  await child.exited;
  expect(readdirSync(folder)).toEqual(["there"]);
  expect(readFileSync(join(folder, "there"), "utf8")).toBe("a");
});

test("a program that a process becomes sees its words and its environment, and nothing else", async () => {
  const words = ["/usr/bin/env", "printf", "%s|", "Hợp đồng", ""];
  const env = { PATH: "/usr/bin:/bin", RENT: "950 €" };
  const say = Bun.spawn([...LAUNCHER, ...words], { stdout: "pipe", env });
  expect(await new Response(say.stdout).text()).toBe("Hợp đồng||");
  const tell = Bun.spawn([...LAUNCHER, "/usr/bin/env"], { stdout: "pipe", env });
  expect(await new Response(tell.stdout).text()).toContain("RENT=950 €\n");
  const missing = Bun.spawn([...LAUNCHER, "/there/is/none"]);
  expect(await missing.exited).toBe(127);
});

test("a program that a process becomes does not outlive a parent that was killed", async () => {
  const start = `const child = Bun.spawn(${JSON.stringify([...LAUNCHER, "/bin/sleep", "60"])}); console.log(child.pid); await child.exited`;
  const parent = Bun.spawn([process.execPath, "-e", start], { stdout: "pipe" });
  const { value } = await parent.stdout.getReader().read();
  const pid = Number(new TextDecoder().decode(value));
  await eventually(() => readFileSync(`/proc/${pid}/cmdline`, "utf8").startsWith("/bin/sleep"));
  parent.kill("SIGKILL");
  await eventually(() => !isRunning(pid));
});

/** Of each of its threads: 2 where a filter holds. */
function seccompModes(pid: number): (string | undefined)[] {
  return readdirSync(`/proc/${pid}/task`).map((thread) => {
    const status = readFileSync(`/proc/${pid}/task/${thread}/status`, "utf8");
    return /^Seccomp:\s+(\d)/m.exec(status)?.[1];
  });
}
