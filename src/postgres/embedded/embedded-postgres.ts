import { existsSync, mkdirSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { AppError, unreachable } from "../../error.ts";
import { logger } from "../../log.ts";
import { type Service, sleep } from "../../service.ts";
import { ownDataDir } from "../data-dir.ts";
import type { Report, Request } from "./messages.ts";

interface EmbeddedPostgresOptions {
  /** DATA_DIR; the database lives in its folder `postgres`. */
  readonly dataDir: string;
  /** Called once if the database breaks while it serves; no query is answered after it. */
  readonly onFailure?: (error: Error) => void;
}

const log = logger("embedded-postgres");

const SOCKET_NAME = "postgres.sock";
/** The kernel takes 107 bytes, some systems 103. */
const SOCKET_PATH_BYTES_MAX = 100;
/** A clean end writes a checkpoint; cut off, the next start recovers from the log instead. */
const STOP_DEADLINE_MS = 10_000;

/**
 * Postgres inside this process, on a thread of its own, behind a Unix socket whose clients take turns
 * (user and database `postgres`, no password: the folder's mode is the lock).
 */
export class EmbeddedPostgres implements Service {
  readonly name = "embedded-postgres";
  /** Where it serves once `start` has resolved. */
  readonly socketPath: string;
  readonly #dataDir: string;
  readonly #onFailure: (error: Error) => void;
  #worker: Worker | undefined;

  constructor({ dataDir, onFailure = () => undefined }: EmbeddedPostgresOptions) {
    this.#dataDir = resolve(dataDir);
    this.#onFailure = onFailure;
    this.socketPath = socketPathFor(this.#dataDir);
  }

  /** Unpacks the database at the first start, recovers it after a crash, and serves. */
  async start(): Promise<void> {
    ownDataDir(this.#dataDir);
    mkdirSync(dirname(this.socketPath), { recursive: true, mode: 0o700 });
    const worker = new Worker(new URL("./worker.ts", import.meta.url).href);
    this.#worker = worker;
    try {
      const dataDir = join(this.#dataDir, "postgres");
      await ask(worker, { kind: "start", dataDir, socketPath: this.socketPath }, "ready");
    } catch (error) {
      this.#worker = undefined;
      worker.terminate();
      throw error;
    }
    this.#leaveWord();
    worker.addEventListener("message", ({ data }: MessageEvent<Report>) => {
      if (data.kind === "warning") log.warn("The embedded database: {message}", data);
    });
    watch(worker, (message) => {
      if (this.#worker !== worker) return;
      this.#worker = undefined;
      worker.terminate();
      this.#onFailure(failure(message));
    });
  }

  async stop(): Promise<void> {
    const worker = this.#worker;
    if (!worker) return;
    this.#worker = undefined;
    const stopped = ask(worker, { kind: "stop" }, "stopped").catch(() => undefined);
    const waiting = new AbortController();
    await Promise.race([stopped, sleep(STOP_DEADLINE_MS, waiting.signal)]);
    waiting.abort();
    worker.terminate();
    rmSync(join(this.#dataDir, SOCKET_NAME), { force: true });
    if (this.#servesElsewhere) rmSync(dirname(this.socketPath), { recursive: true, force: true });
  }

  get #servesElsewhere(): boolean {
    return dirname(this.socketPath) !== this.#dataDir;
  }

  /** Whoever looks for the socket looks into DATA_DIR. */
  #leaveWord(): void {
    if (!this.#servesElsewhere) return;
    const word = join(this.#dataDir, SOCKET_NAME);
    rmSync(word, { force: true });
    symlinkSync(this.socketPath, word);
  }
}

export function hasEmbeddedDatabase(dataDir: string): boolean {
  return existsSync(join(dataDir, "postgres"));
}

/** @returns where another process's database of this DATA_DIR serves; undefined if it does not */
export function findSocket(dataDir: string): string | undefined {
  try {
    return realpathSync(join(resolve(dataDir), SOCKET_NAME));
  } catch {
    return undefined;
  }
}

/** Sends a request; resolves with the expected report, rejects if the thread fails instead. */
function ask(worker: Worker, request: Request, expected: Report["kind"]): Promise<void> {
  return new Promise((fulfil, reject) => {
    worker.addEventListener("message", ({ data }: MessageEvent<Report>) => {
      if (data.kind === expected) fulfil();
    });
    watch(worker, (message) => reject(failure(message)));
    worker.postMessage(request);
  });
}

/** Tells of a thread's failure in each of the ways that it can come. */
function watch(worker: Worker, onFailure: (message: string) => void): void {
  worker.addEventListener("message", ({ data }: MessageEvent<Report>) => {
    switch (data.kind) {
      case "failed":
        return onFailure(data.message);
      case "ready":
      case "stopped":
      case "warning":
        return;
      default:
        return unreachable(data);
    }
  });
  worker.addEventListener("error", (event) => onFailure(event.message));
  worker.addEventListener("close", () => onFailure("its thread ended"));
}

function failure(message: string): AppError {
  return new AppError(
    "unavailable",
    `The embedded database failed: ${message.replace(/\.$/, "")}.`,
  );
}

function socketPathFor(dataDir: string): string {
  const inside = join(dataDir, SOCKET_NAME);
  if (Buffer.byteLength(inside) <= SOCKET_PATH_BYTES_MAX) return inside;
  return join(tmpdir(), `rag-engine-${crypto.randomUUID()}`, SOCKET_NAME);
}
