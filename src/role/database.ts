import type { Config } from "../config.ts";
import { connect, disconnect } from "../postgres/connect.ts";
import { lockDataDir } from "../postgres/data-dir.ts";
import { EmbeddedPostgres } from "../postgres/embedded/embedded-postgres.ts";
import type { Database } from "../postgres/sql.ts";
import type { Running } from "./running.ts";

const CONNECTIONS = { all: 16, api: 12, parse: 6, ingest: 6 } as const;
const DISCONNECT_SECONDS = 3;

/**
 * The configured database, or the embedded one of this process alone.
 * @param onFailure called if the embedded one breaks: the process cannot go on
 */
export async function openDatabase(
  config: Config,
  running: Running,
  onFailure: (error: Error) => void,
): Promise<Database> {
  if (config.role === "all") {
    const lock = lockDataDir(config.dataDir);
    running.keep("data directory", () => lock.release());
  }
  const target = config.databaseUrl
    ? { url: config.databaseUrl }
    : await running.add(new EmbeddedPostgres({ dataDir: config.dataDir, onFailure }));
  const sql = connect(target, CONNECTIONS[config.role]);
  running.keep("database connections", () => disconnect(sql, DISCONNECT_SECONDS));
  return sql;
}
