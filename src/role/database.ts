import type { Config } from "../config.ts";
import { connect, disconnect, RenewablePool } from "../postgres/connect.ts";
import { lockDataDir } from "../postgres/data-dir.ts";
import { EmbeddedPostgres } from "../postgres/embedded/embedded-postgres.ts";
import type { DatabaseHealth } from "../postgres/health.ts";
import { Lifeline } from "../postgres/lifeline.ts";
import { PoolWatch } from "../postgres/pool-watch.ts";
import type { Database } from "../postgres/sql.ts";
import type { Running } from "./running.ts";

const CONNECTIONS = { all: 16, api: 12, parse: 6, ingest: 6 } as const;
const DISCONNECT_SECONDS = 3;

/** A pool, and who tells how it is used. */
export interface WatchedPool {
  readonly sql: Database;
  readonly pool: PoolWatch;
}

/**
 * The configured database, or the embedded one of this process alone.
 * @param onFailure called if the embedded one breaks: the process cannot go on
 */
export async function openDatabase(
  config: Config,
  running: Running,
  health: DatabaseHealth,
  onFailure: (error: Error) => void,
): Promise<WatchedPool> {
  if (config.role === "all") {
    const lock = lockDataDir(config.dataDir);
    running.keep("data directory", () => lock.release());
  }
  const sql = config.databaseUrl
    ? await openNetworked(config.databaseUrl, CONNECTIONS[config.role], running, health)
    : await openEmbedded(config.dataDir, running, onFailure);
  running.keep("database connections", () => disconnect(sql, DISCONNECT_SECONDS));
  const pool = new PoolWatch(sql.options.max);
  return { sql: pool.watched(sql), pool };
}

async function openNetworked(
  url: string,
  connections: number,
  running: Running,
  health: DatabaseHealth,
): Promise<Database> {
  const pool = new RenewablePool({ url }, connections);
  await running.add(new Lifeline(url, health, () => pool.renew()));
  return pool.sql;
}

async function openEmbedded(
  dataDir: string,
  running: Running,
  onFailure: (error: Error) => void,
): Promise<Database> {
  return connect(await running.add(new EmbeddedPostgres({ dataDir, onFailure })), 1);
}
