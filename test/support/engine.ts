import { existsSync } from "node:fs";
import { join } from "node:path";
import { type Child, spawnChild } from "./child.ts";
import { eventually } from "./eventually.ts";
import { temporaryFolder } from "./folder.ts";
import { freePort } from "./ports.ts";

/** A running process of the engine. */
export interface Engine extends Child {
  readonly url: string;
  readonly port: number;
  /** The settings it was started with, PORT among them. */
  readonly env: Readonly<Record<string, string>>;
  /** Starts another process with the same settings, on the same port, and waits until it is ready. */
  again(): Promise<Engine>;
}

interface EngineOptions {
  /** Its whole environment; PORT and DATA_DIR are chosen where they are missing. */
  readonly env?: Readonly<Record<string, string>>;
  /** The executable in `dist` instead of the source. */
  readonly compiled?: boolean;
}

/** What a verb of the engine said and how it ended. */
export interface VerbResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const ROOT = join(import.meta.dir, "../..");
/** What `./dev build` made. */
export const EXECUTABLE = join(ROOT, "dist/rag-engine");
/** It only bounds a hang: three processes that start at once on a busy processor have taken 40 s. */
const START_TIMEOUT_MS = 100_000;
/** Fine enough for a benchmark to tell one start from another. */
const START_POLL_MS = 5;

/** Starts `serve` and waits until `/ready` answers 200. */
export async function startEngine(options: EngineOptions = {}): Promise<Engine> {
  const port = Number(options.env?.["PORT"] ?? (await freePort()));
  const dataDir = options.env?.["DATA_DIR"] ?? temporaryFolder("data");
  const env = { ...options.env, PORT: String(port), DATA_DIR: dataDir };
  const child = spawnVerb(["serve"], { ...options, env });
  const url = `http://127.0.0.1:${port}`;
  await untilReady(child, url);
  const again = () => startEngine({ ...options, env });
  return Object.assign(child, { url, port, env, again });
}

/** Starts a verb and does not wait for anything. */
export function spawnVerb(args: readonly string[], options: EngineOptions = {}): Child {
  // A folder of its own: a .env file beside the source is no part of a test.
  const cwd = temporaryFolder("cwd");
  return spawnChild({
    cmd: [...command(options.compiled ?? false), ...args],
    cwd,
    ...envOf(options),
  });
}

/** Runs a verb to its end. */
export async function runVerb(
  args: readonly string[],
  options: EngineOptions = {},
): Promise<VerbResult> {
  const child = spawnVerb(args, options);
  const code = await child.exited;
  await child.drained;
  return { code, stdout: child.stdout(), stderr: child.stderr() };
}

function envOf(options: EngineOptions): { env?: Readonly<Record<string, string>> } {
  return options.env ? { env: options.env } : {};
}

function command(compiled: boolean): string[] {
  if (!compiled) return [process.execPath, join(ROOT, "src/main.ts")];
  if (!existsSync(EXECUTABLE)) throw new Error("No dist/rag-engine: make it with ./dev build.");
  return [EXECUTABLE];
}

async function untilReady(child: Child, url: string): Promise<void> {
  const ready = async () => child.hasEnded() || (await fetch(`${url}/ready`)).status === 200;
  await eventually(ready, { timeoutMs: START_TIMEOUT_MS, pollMs: START_POLL_MS }).catch(
    (error: unknown) => {
      throw new Error(`The engine did not become ready:\n${child.logs()}`, { cause: error });
    },
  );
  if (child.hasEnded()) throw new Error(`The engine ended at once:\n${child.logs()}`);
}
