import { expect, test } from "bun:test";
import { join } from "node:path";
import { type LocateEngineConfig, locateEngine } from "../../src/cli/locate-engine.ts";
import { messageOf } from "../../src/error.ts";
import { eventually } from "../support/eventually.ts";
import { temporaryFolder } from "../support/folder.ts";

/** Does what a process can see of an engine: listens, leaves a note, ends when told. */
const ENGINE = `
const { DATA_DIR, PORT, WORDS } = process.env;
if (process.argv.at(-1) !== "serve") process.exit(64);
if (WORDS) { console.error(WORDS); process.exit(3); }
const answers = { "/health": { status: "ok" }, "/ready": { status: "ok" } };
const server = Bun.serve({ port: Number(PORT), hostname: "127.0.0.1", fetch(request) {
  const { pathname } = new URL(request.url);
  if (pathname !== "/api/me") return Response.json(answers[pathname]);
  const known = request.headers.get("authorization") === "Bearer good";
  return Response.json({}, { status: known ? 200 : 401 });
}});
const note = { pid: process.pid, port: server.port, url: "http://127.0.0.1:" + server.port };
await Bun.write(DATA_DIR + "/engine.json", JSON.stringify(note));
`;

async function settings(more: Partial<LocateEngineConfig> = {}): Promise<LocateEngineConfig> {
  const dataDir = temporaryFolder("locate");
  const script = join(dataDir, "engine.js");
  await Bun.write(script, ENGINE);
  return {
    dataDir,
    port: 0,
    hasDatabaseUrl: false,
    signToken: () => Promise.resolve("good"),
    command: [process.execPath, script],
    environment: {},
    ...more,
  };
}

async function pidOf({ dataDir }: LocateEngineConfig): Promise<number> {
  const note: unknown = await Bun.file(join(dataDir, "engine.json")).json();
  return (note as { pid: number }).pid;
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

test("an engine that was started is stopped when it is no longer needed", async () => {
  const config = await settings();
  const engine = await locateEngine(config);
  const pid = await pidOf(config);
  expect(isAlive(pid)).toBe(true);
  expect(engine.token).toBe("good");
  await engine.stop();
  expect(isAlive(pid)).toBe(false);
  await engine.stop();
});

test("an engine that runs on the same data is used and left running", async () => {
  const config = await settings();
  const running = await locateEngine(config);
  const found = await locateEngine({ ...config, command: ["/nonexistent"] });
  expect(found.url).toBe(running.url);
  await found.stop();
  expect((await fetch(`${running.url}/health`)).ok).toBe(true);
  await running.stop();
});

test("an engine on the usual port is used if it takes our token", async () => {
  const running = await locateEngine(await settings());
  const port = Number(new URL(running.url).port);
  const config = await settings({ port });
  const found = await locateEngine({ ...config, command: ["/nonexistent"] });
  expect(found.url).toBe(`http://localhost:${port}`);

  const stranger = await locateEngine({ ...config, signToken: () => Promise.resolve("other") });
  expect(stranger.url).not.toContain(`:${port}`);
  await stranger.stop();
  await running.stop();
});

test("a note of an engine that died is passed over", async () => {
  const config = await settings();
  const dead = Bun.spawn(["true"]);
  await dead.exited;
  const note = { pid: dead.pid, port: 9, url: "http://127.0.0.1:9" };
  await Bun.write(join(config.dataDir, "engine.json"), JSON.stringify(note));
  const engine = await locateEngine(config);
  expect(engine.url).not.toBe(note.url);
  await engine.stop();
});

test("an engine that does not start is quoted with its last words", async () => {
  const config = await settings({ environment: { WORDS: "The port is taken." } });
  const complaint = await locateEngine(config).then(() => "none", messageOf);
  expect(complaint).toContain("The engine did not start");
  expect(complaint).toContain("The port is taken.");
});

test("an engine that holds the data and is still starting is waited for, and left running", async () => {
  const words = "DATA_DIR x is in use by process 1; stop it, or set another DATA_DIR.";
  const config = await settings({ environment: { WORDS: words } });
  const located = locateEngine(config);
  await eventually(async () =>
    (await Bun.file(join(config.dataDir, "ask-engine.log")).text()).includes(words),
  );
  await using other = Bun.spawn([...config.command, "serve"], {
    env: { DATA_DIR: config.dataDir, PORT: "0" },
  });
  const found = await located;
  await found.stop();
  expect((await fetch(`${found.url}/health`)).ok).toBe(true);
  expect(await pidOf(config)).toBe(other.pid);
  expect(found.ended).toBeUndefined();
});

test("who gives up while an engine starts leaves none behind", async () => {
  const config = await settings();
  // It listens, but nobody finds out.
  await Bun.write(
    join(config.dataDir, "engine.js"),
    'await Bun.write(process.env.DATA_DIR + "/pid", String(process.pid)); setInterval(() => {}, 1000);',
  );
  const giveUp = new AbortController();
  const located = locateEngine(config, giveUp.signal).then(() => "located", messageOf);
  const pid = await eventually(async () => {
    const text = await Bun.file(join(config.dataDir, "pid")).text();
    return text === "" ? undefined : Number(text);
  });
  giveUp.abort(new Error("interrupted"));
  expect(await located).toBe("interrupted");
  expect(isAlive(pid)).toBe(false);
});
