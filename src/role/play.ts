import { rm } from "node:fs/promises";
import { join } from "node:path";
import { generatedSecret } from "../auth/generated-secret.ts";
import { developerToken } from "../auth/developer.ts";
import type { Config } from "../config.ts";
import { unreachable } from "../error.ts";
import type { HttpServer } from "../http/server.ts";
import type { Database } from "../postgres/sql.ts";
import { layFoundation } from "./foundation.ts";
import type { Running } from "./running.ts";
import { serveApi, serveHealth } from "./serving.ts";
import { startAnswering, startIngesting, startParsing } from "./workers.ts";

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
  sql: Database,
  running: Running,
  command: readonly string[],
): Promise<Address> {
  const foundation = await layFoundation(config, sql, running);
  switch (config.role) {
    case "api":
      await startAnswering(config, foundation, running);
      return { url: urlOf(config, await serveApi(config, foundation, running, config.jwtSecret)) };
    case "parse":
      await startParsing(config, foundation, running, command);
      return { url: urlOf(config, await serveHealth(config, foundation, running)) };
    case "ingest":
      await startIngesting(foundation, running);
      return { url: urlOf(config, await serveHealth(config, foundation, running)) };
    case "all": {
      await startParsing(config, foundation, running, command);
      await startIngesting(foundation, running);
      await startAnswering(config, foundation, running);
      const ownSecret = !config.jwtSecret && !config.jwksUrl;
      const secret = ownSecret ? await generatedSecret(config.dataDir) : config.jwtSecret;
      const url = urlOf(config, await serveApi(config, foundation, running, secret));
      await announce(config, running, url);
      if (!ownSecret || !secret) return { url };
      return { url, signedInUrl: `${url}/#token=${await developerToken(secret)}` };
    }
    default:
      return unreachable(config.role);
  }
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
