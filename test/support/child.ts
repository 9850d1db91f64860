import { existsSync } from "node:fs";

/** A process that a test started. It ends with the test run, however that ends. */
export interface Child {
  readonly pid: number;
  /** Resolves with the exit code (128 + signal for a killed one). */
  readonly exited: Promise<number>;
  hasEnded(): boolean;
  /** What it wrote to stdout and stderr so far, the last `LOG_CHARACTERS_MAX` of it. */
  logs(): string;
  stdout(): string;
  stderr(): string;
  /** Resolves when everything it wrote has been read. */
  readonly drained: Promise<void>;
  kill(signal?: NodeJS.Signals): void;
  /** Asks it to end, insists after `STOP_GRACE_MS`, and resolves when it is gone. May be called twice. */
  stop(): Promise<void>;
}

interface ChildOptions {
  readonly cmd: readonly string[];
  readonly cwd?: string;
  /** The whole environment, except for PATH, HOME and TMPDIR: no setting of the machine leaks in. */
  readonly env?: Readonly<Record<string, string>>;
  /** Run as this user; needs root. */
  readonly user?: string;
  readonly stopSignal?: NodeJS.Signals;
}

const LOG_CHARACTERS_MAX = 1_000_000;
const STOP_GRACE_MS = 10_000;
const SETPRIV = ["/usr/bin/setpriv", "/bin/setpriv"].find((path) => existsSync(path));

const running = new Set<Child>();
const cleanups: (() => void | Promise<void>)[] = [];

/** Starts a process; its pid is the program's own, so that signals reach it and nobody else. */
export function spawnChild(options: ChildOptions): Child {
  const stopSignal = options.stopSignal ?? "SIGTERM";
  const spawned = Bun.spawn([...launcher(options.user, stopSignal), ...options.cmd], {
    cwd: options.cwd ?? "/",
    env: { ...inherited(), ...options.env },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  const stdout = collect(spawned.stdout);
  const stderr = collect(spawned.stderr);
  const child: Child = {
    pid: spawned.pid,
    exited: spawned.exited.finally(() => running.delete(child)),
    hasEnded: () => !running.has(child),
    logs: () => stdout.text() + stderr.text(),
    stdout: () => stdout.text(),
    stderr: () => stderr.text(),
    drained: Promise.all([stdout.done, stderr.done]).then(() => undefined),
    kill: (signal = "SIGKILL") => spawned.kill(signal),
    stop: () => endGently(child, stopSignal),
  };
  running.add(child);
  return child;
}

/** Something to undo when the test run ends, after every process is gone (a folder to remove). */
export function atTheEnd(cleanup: () => void | Promise<void>): void {
  cleanups.push(cleanup);
}

/** Ends whatever tests left running and removes what they left lying; the preload calls it. */
export async function endEverything(): Promise<void> {
  await Promise.all([...running].map((child) => child.stop()));
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
}

async function endGently(child: Child, signal: NodeJS.Signals): Promise<void> {
  if (!running.has(child)) return;
  child.kill(signal);
  const insist = setTimeout(() => child.kill("SIGKILL"), STOP_GRACE_MS);
  await child.exited;
  clearTimeout(insist);
}

/** Linux alone can tie a process to its parent's life; elsewhere the preload has to be enough. */
function launcher(user: string | undefined, deathSignal: NodeJS.Signals): string[] {
  if (!SETPRIV) return user ? ["runuser", "-u", user, "--"] : [];
  const asUser = user ? [`--reuid=${user}`, `--regid=${user}`, "--clear-groups"] : [];
  return [SETPRIV, ...asUser, `--pdeathsig=${deathSignal.slice("SIG".length)}`];
}

function inherited(): Record<string, string> {
  const names = ["PATH", "HOME", "TMPDIR", "LANG"];
  return Object.fromEntries(names.flatMap((name) => pair(name, Bun.env[name])));
}

function pair(name: string, value: string | undefined): [string, string][] {
  return value === undefined ? [] : [[name, value]];
}

function collect(stream: ReadableStream<Uint8Array>): { text(): string; done: Promise<void> } {
  let text = "";
  const decoder = new TextDecoder();
  const read = async () => {
    for await (const chunk of stream) {
      text = (text + decoder.decode(chunk, { stream: true })).slice(-LOG_CHARACTERS_MAX);
    }
  };
  // A killed process closes its pipes abruptly; what it said is kept.
  return { text: () => text, done: read().catch(() => undefined) };
}
