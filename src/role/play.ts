import { rm } from "node:fs/promises";
import { join } from "node:path";
import { generatedSecret } from "../auth/generated-secret.ts";
import { developerToken } from "../auth/developer.ts";
import type { Config } from "../config.ts";
import { unreachable } from "../error.ts";
import type { HttpServer } from "../http/server.ts";
import { Retention } from "../job/retention.ts";
import type { Worker } from "../job/worker.ts";
import { together } from "../service.ts";
import { type Foundation, layFoundation, type OpenDatabase } from "./foundation.ts";
import { observe } from "./observe.ts";
import type { Running } from "./running.ts";
import { serveApi, serveHealth } from "./serving.ts";
import { chatWorkers, ingestWorkers, parseWorkers } from "./workers.ts";

/** Where a process that plays its role is reached. */
export interface Address {
  readonly url: string;
  /** The page, signed in; only where the engine made its own secret. */
  readonly signedInUrl?: string;
}

/**
 * Starts what the role consists of.
 * @param command this very program, for its parser children
 */
export async function playRole(
  config: Config,
  database: OpenDatabase,
  running: Running,
  command: readonly string[],
): Promise<Address> {
  const foundation = await layFoundation(config, database, running);
  observe(foundation);
  await running.add(new Retention(foundation.sql, foundation.health));
  const workers = await workersOf(config, foundation, running, command);
  await running.add(together("workers", workers));
  const address = await serve(config, foundation, running);
  // Comes first on a stop: however long open calls take to end, no new job is begun meanwhile.
  running.keep("new work", () => {
    for (const worker of workers) worker.takeNoMore();
  });
  return address;
}

async function workersOf(
  config: Config,
  foundation: Foundation,
  running: Running,
  command: readonly string[],
): Promise<Worker[]> {
  switch (config.role) {
    case "api":
      return await chatWorkers(config, foundation);
    case "parse":
      return await parseWorkers(config, foundation, running, command);
    case "ingest":
      return await ingestWorkers(foundation, running);
    case "all":
      return [
        ...(await parseWorkers(config, foundation, running, command)),
        ...(await ingestWorkers(foundation, running)),
        ...(await chatWorkers(config, foundation)),
      ];
    default:
      return unreachable(config.role);
  }
}

async function serve(config: Config, foundation: Foundation, running: Running): Promise<Address> {
  switch (config.role) {
    case "parse":
    case "ingest":
      return { url: urlOf(config, await serveHealth(config, foundation, running)) };
    case "api":
      return { url: urlOf(config, await serveApi(config, foundation, running, config.jwtSecret)) };
    case "all":
      return await serveAlone(config, foundation, running);
    default:
      return unreachable(config.role);
  }
}

async function serveAlone(
  config: Config,
  foundation: Foundation,
  running: Running,
): Promise<Address> {
  const ownSecret = !config.jwtSecret && !config.jwksUrl;
  const secret = ownSecret ? await generatedSecret(config.dataDir) : config.jwtSecret;
  const url = urlOf(config, await serveApi(config, foundation, running, secret));
  await announce(config, running, url);
  if (!ownSecret || !secret) return { url };
  return { url, signedInUrl: `${url}/#token=${await developerToken(secret)}` };
}

function urlOf({ host }: Config, server: HttpServer): string {
  const name = ["0.0.0.0", "::", "127.0.0.1", "::1"].includes(host) ? "localhost" : host;
  return `http://${name}:${server.port}`;
}

/** Leaves word in DATA_DIR, so that `ask` finds the engine whatever its port. */
async function announce({ dataDir }: Config, running: Running, url: string): Promise<void> {
  const path = join(dataDir, "engine.json");
  await Bun.write(path, JSON.stringify({ pid: process.pid, port: Number(new URL(url).port), url }));
  running.keep("announcement", () => rm(path, { force: true }));
}
