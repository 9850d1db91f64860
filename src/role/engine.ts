import { rm } from "node:fs/promises";
import { join } from "node:path";
import { generatedSecret } from "../auth/generated-secret.ts";
import { developerToken } from "../auth/developer.ts";
import type { Config } from "../config.ts";
import { unreachable } from "../error.ts";
import type { HttpServer } from "../http/server.ts";
import { layFoundation } from "./foundation.ts";
import { Running } from "./running.ts";
import { serveApi, serveHealth } from "./serving.ts";
import { startAnswering, startIngesting, startParsing } from "./workers.ts";

export interface Engine {
  readonly url: string;
  /** The page, signed in; only where the engine made its own secret. */
  readonly signedInUrl?: string;
  /** @returns the names of services that had not stopped when the time was up */
  stop(deadlineMs: number): Promise<string[]>;
}

export interface EngineOptions {
  /** This very program, for its parser children. */
  readonly command: readonly string[];
  /** Called if an embedded part breaks: the process cannot go on. */
  readonly onFailure: (error: Error) => void;
}

/** Starts the part of the engine that this process plays. */
export async function startEngine(config: Config, options: EngineOptions): Promise<Engine> {
  const running = new Running();
  try {
    return await start(config, options, running);
  } catch (error) {
    await running.stop(config.shutdownSeconds * 1000);
    throw error;
  }
}

async function start(config: Config, options: EngineOptions, running: Running): Promise<Engine> {
  const { command, onFailure } = options;
  const foundation = await layFoundation(config, running, onFailure);
  const stop = (deadlineMs: number) => running.stop(deadlineMs);
  switch (config.role) {
    case "api":
      await startAnswering(config, foundation, running);
      return {
        url: urlOf(config, await serveApi(config, foundation, running, config.jwtSecret)),
        stop,
      };
    case "parse":
      await startParsing(config, foundation, running, command);
      return { url: urlOf(config, await serveHealth(config, foundation, running)), stop };
    case "ingest":
      await startIngesting(foundation, running);
      return { url: urlOf(config, await serveHealth(config, foundation, running)), stop };
    case "all": {
      await startParsing(config, foundation, running, command);
      await startIngesting(foundation, running);
      await startAnswering(config, foundation, running);
      const ownSecret = !config.jwtSecret && !config.jwksUrl;
      const secret = ownSecret ? await generatedSecret(config.dataDir) : config.jwtSecret;
      const url = urlOf(config, await serveApi(config, foundation, running, secret));
      await announce(config, running, url);
      if (!ownSecret || !secret) return { url, stop };
      return { url, signedInUrl: `${url}/#token=${await developerToken(secret)}`, stop };
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
