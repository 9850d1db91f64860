import { closeSync, openSync } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Subprocess } from "bun";
import { AppError } from "../error.ts";
import { sleep } from "../service.ts";
import type { EngineAddress } from "./client/engine-client.ts";
import { parseJson } from "./client/wire.ts";

const PROBE_TIMEOUT_MS = 2_000;
const PROBE_INTERVAL_MS = 50;
const START_MAX_MS = 60_000;
/** Long enough for an engine that is only just starting, short enough for a note whose pid now is someone else's. */
const ANNOUNCED_MAX_MS = 5_000;
/** How long another engine that holds the data already may take until it answers. */
const OTHER_START_MAX_MS = 15_000;
const STOP_MAX_MS = 25_000;
const LOG_TAIL_LINES = 15;

export interface LocateEngineConfig {
  readonly dataDir: string;
  /** Where an engine with default settings listens. */
  readonly port: number;
  /** Without a database of its own an engine holds `dataDir` alone, and a second one would refuse to start. */
  readonly hasDatabaseUrl: boolean;
  /** A JWT that an engine with these settings accepts. */
  signToken(): Promise<string>;
  /** This very program, ready to be followed by a verb. */
  readonly command: readonly string[];
  /** What a started engine inherits; its `PORT` and `DATA_DIR` are set here. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

export interface LocatedEngine extends EngineAddress {
  /** Ends the engine if it was started here; returns when it is gone. May be called twice. */
  stop(): Promise<void>;
  /** Aborts when an engine that was started here ends by itself; the reason is an AppError with its last words. */
  readonly ended?: AbortSignal;
}

/**
 * Finds the engine that runs on these settings, or starts one for as long as it is needed.
 * @throws AppError `unavailable` with the engine's last words if it does not come up; the signal's reason on abort
 */
export async function locateEngine(
  config: LocateEngineConfig,
  signal?: AbortSignal,
): Promise<LocatedEngine> {
  const running = await findRunning(config, signal);
  return running ?? (await startEngine(config, signal));
}

async function findRunning(
  config: LocateEngineConfig,
  signal: AbortSignal | undefined,
): Promise<LocatedEngine | undefined> {
  const announced = await findAnnounced(config, signal);
  if (announced) return { url: announced, token: await config.signToken(), stop: nothing };
  const usual = `http://localhost:${config.port}`;
  if (config.port === 0 || !(await isHealthy(usual))) return undefined;
  const token = await config.signToken();
  // Another engine's, on other settings, is left alone.
  return (await accepts(usual, token)) ? { url: usual, token, stop: nothing } : undefined;
}

async function nothing(): Promise<void> {}

/** The engine that `engine.json` speaks of; one that is only just starting is waited for. */
async function findAnnounced(
  config: LocateEngineConfig,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  const deadlineMs = performance.now() + ANNOUNCED_MAX_MS;
  while (performance.now() < deadlineMs) {
    signal?.throwIfAborted();
    const note = await readNote(config.dataDir);
    if (!note || note.pid === process.pid || !isAlive(note.pid)) return undefined;
    if (await isHealthy(note.url)) return note.url;
    if (config.hasDatabaseUrl) return undefined;
    await sleep(PROBE_INTERVAL_MS, signal);
  }
  return undefined;
}

interface EngineNote {
  readonly pid: number;
  readonly url: string;
}

async function readNote(dataDir: string): Promise<EngineNote | undefined> {
  const text = await readFile(join(dataDir, "engine.json"), "utf8").catch(() => "");
  const note = parseJson(text);
  if (typeof note !== "object" || note === null) return undefined;
  if (!("pid" in note) || typeof note.pid !== "number") return undefined;
  if (!("url" in note) || typeof note.url !== "string") return undefined;
  return { pid: note.pid, url: note.url };
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

async function isHealthy(url: string): Promise<boolean> {
  const response = await probe(`${url}/health`);
  const health = response?.ok ? parseJson(await response.text().catch(() => "")) : undefined;
  return typeof health === "object" && health !== null && "status" in health
    ? health.status === "ok"
    : false;
}

async function accepts(url: string, token: string): Promise<boolean> {
  return (await probe(`${url}/api/me`, { authorization: `Bearer ${token}` }))?.ok ?? false;
}

function probe(url: string, headers: Record<string, string> = {}): Promise<Response | undefined> {
  const signal = AbortSignal.timeout(PROBE_TIMEOUT_MS);
  return fetch(url, { headers, signal }).catch(() => undefined);
}

async function startEngine(
  config: LocateEngineConfig,
  signal: AbortSignal | undefined,
): Promise<LocatedEngine> {
  await mkdir(config.dataDir, { recursive: true });
  const logPath = join(config.dataDir, "ask-engine.log");
  const child = spawnEngine(config, logPath);
  const stop = () => stopEngine(child);
  try {
    const { pid, url } = await untilReady(child, config, logPath, signal);
    const token = await config.signToken();
    if (pid === child.pid) return { url, token, stop, ended: endingOf(child, logPath) };
    await stop();
    return { url, token, stop: nothing };
  } catch (error) {
    await stop();
    throw error;
  }
}

function spawnEngine(config: LocateEngineConfig, logPath: string): Subprocess {
  const log = openSync(logPath, "w", 0o600);
  try {
    const child = Bun.spawn([...config.command, "serve"], {
      env: { ...config.environment, ROLE: "all", PORT: "0", DATA_DIR: config.dataDir },
      stdin: "ignore",
      stdout: log,
      stderr: log,
    });
    // However this process ends, as long as it can still act, the engine does not outlive it.
    const killChild = () => child.kill("SIGKILL");
    process.once("exit", killChild);
    void child.exited.then(() => process.off("exit", killChild));
    return child;
  } finally {
    closeSync(log);
  }
}

/** @returns what the engine tells of itself, ours or one that was quicker on the same data */
async function untilReady(
  child: Subprocess,
  config: LocateEngineConfig,
  logPath: string,
  signal: AbortSignal | undefined,
): Promise<EngineNote> {
  let deadlineMs = performance.now() + START_MAX_MS;
  let waitsForOther = false;
  while (performance.now() < deadlineMs) {
    signal?.throwIfAborted();
    const note = await readNote(config.dataDir);
    const speaksOfOneAlive = note && (note.pid === child.pid || isAlive(note.pid));
    if (speaksOfOneAlive && (await probe(`${note.url}/ready`))?.ok) return note;
    if (hasEnded(child) && !speaksOfOneAlive && !waitsForOther) {
      waitsForOther = await isHeldByOther(logPath);
      deadlineMs = waitsForOther ? performance.now() + OTHER_START_MAX_MS : 0;
    }
    await sleep(PROBE_INTERVAL_MS, signal);
  }
  throw await lastWords("did not start", logPath);
}

function hasEnded({ exitCode, signalCode }: Subprocess): boolean {
  return exitCode !== null || signalCode !== null;
}

function endingOf(child: Subprocess, logPath: string): AbortSignal {
  const ended = new AbortController();
  void child.exited.then(async () => ended.abort(await lastWords("has ended", logPath)));
  return ended.signal;
}

/** Whether our engine ended because another holds the data: that one leaves its note when it is ready. */
async function isHeldByOther(logPath: string): Promise<boolean> {
  return / is in use by /u.test(await readFile(logPath, "utf8").catch(() => ""));
}

async function lastWords(fate: string, logPath: string): Promise<AppError> {
  const log = await readFile(logPath, "utf8").catch(() => "");
  const lines = log.trimEnd().split("\n");
  const reason = lines.map(reasonIn).findLast((each) => each !== undefined);
  const told = reason ?? `\n${lines.slice(-LOG_TAIL_LINES).join("\n")}`;
  return new AppError("unavailable", `The engine ${fate}; its log (${logPath}) says: ${told}`);
}

/** What a line of an engine's log gives as the reason for its end, if it does. */
function reasonIn(line: string): string | undefined {
  const entry = parseJson(line);
  if (typeof entry !== "object" || entry === null) return /^rag-engine: (.+)/u.exec(line)?.[1];
  const isFatal = "level" in entry && entry.level === "FATAL" && "message" in entry;
  return isFatal ? String(entry.message) : undefined;
}

async function stopEngine(child: Subprocess): Promise<void> {
  child.kill("SIGTERM");
  const late = new AbortController();
  const deadline = sleep(STOP_MAX_MS, late.signal).then(() => {
    if (!late.signal.aborted) child.kill("SIGKILL");
  });
  await child.exited;
  late.abort();
  await deadline;
}
