/**
 * The thread that runs the embedded database. PGlite blocks its thread while it works; here it blocks
 * nobody else.
 */
import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { PGLiteSocketServer } from "@electric-sql/pglite-socket";
import { messageOf, unreachable } from "../../error.ts";
import { type Engine, loadAssets, openEngine } from "./engine.ts";
import { keepHouse } from "./housekeeping.ts";
import type { Report, Request } from "./messages.ts";
import template from "./template.bin" with { type: "file" };
import { unpackFolder } from "./template.ts";

declare const self: Worker;

/** The engine keeps one, and a second while it renews it; the others are for an operator's verbs. */
const CONNECTIONS_MAX = 8;

let engine: Engine | undefined;
let server: PGLiteSocketServer | undefined;
let endHousekeeping = (): void => undefined;

self.onmessage = (event: MessageEvent<Request>) => {
  void handle(event.data).catch(fail);
};

async function handle(request: Request): Promise<void> {
  switch (request.kind) {
    case "start":
      await start(request.dataDir, request.socketPath);
      return report({ kind: "ready" });
    case "stop":
      await stop();
      return report({ kind: "stopped" });
    default:
      return unreachable(request);
  }
}

async function start(dataDir: string, socketPath: string): Promise<void> {
  const [assets] = await Promise.all([loadAssets(), prepare(dataDir)]);
  engine = await openEngine(dataDir, assets, fail);
  rmSync(socketPath, { force: true });
  server = new PGLiteSocketServer({
    db: engine,
    path: socketPath,
    maxConnections: CONNECTIONS_MAX,
  });
  await server.start();
  endHousekeeping = keepHouse(engine, warn);
}

async function prepare(dataDir: string): Promise<void> {
  if (!existsSync(dataDir)) await unpackFolder(await Bun.file(template).bytes(), dataDir);
  // Left by a process that was killed; it would name a process that may be another's by now.
  rmSync(join(dataDir, "postmaster.pid"), { force: true });
}

/** Closing the database writes a checkpoint, so that the next start has nothing to recover. */
async function stop(): Promise<void> {
  endHousekeeping();
  await server?.stop();
  await engine?.close();
}

function fail(error: unknown): void {
  report({ kind: "failed", message: messageOf(error) });
}

function warn(error: unknown): void {
  report({ kind: "warning", message: messageOf(error) });
}

function report(message: Report): void {
  self.postMessage(message);
}
