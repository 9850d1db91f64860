import type { Config } from "../config.ts";
import { AppError } from "../error.ts";
import type { Bus } from "../event/bus.ts";
import { connect, type ConnectTarget, disconnect } from "../postgres/connect.ts";
import { lockDataDir } from "../postgres/data-dir.ts";
import {
  EmbeddedPostgres,
  findSocket,
  hasEmbeddedDatabase,
} from "../postgres/embedded/embedded-postgres.ts";
import type { Database } from "../postgres/sql.ts";
import { openParting } from "./bus.ts";
import type { Running } from "./running.ts";

const CONNECTIONS = 1;
const DISCONNECT_SECONDS = 3;

/** What an operator's verb works on, beside whatever engines run. */
export interface Workbench {
  readonly sql: Database;
  readonly bus: Bus;
}

/** @throws AppError `unavailable` if there is no database, or none that can be entered now */
export async function openWorkbench(config: Config, running: Running): Promise<Workbench> {
  const target = config.databaseUrl
    ? { url: config.databaseUrl }
    : await enterEmbedded(config.dataDir, running);
  const sql = connect(target, CONNECTIONS);
  running.keep("database connections", () => disconnect(sql, DISCONNECT_SECONDS));
  return { sql, bus: await openParting(config, running) };
}

/** The embedded database is opened here, or entered as a guest while an engine has it open. */
async function enterEmbedded(dataDir: string, running: Running): Promise<ConnectTarget> {
  if (!hasEmbeddedDatabase(dataDir))
    throw new AppError(
      "unavailable",
      `There is no database in DATA_DIR ${dataDir}, and DATABASE_URL is not set.`,
    );
  try {
    const lock = lockDataDir(dataDir);
    running.keep("data directory", () => lock.release());
  } catch (error) {
    const socketPath = findSocket(dataDir);
    if (socketPath) return { socketPath, guest: true };
    throw new AppError(
      "unavailable",
      `The engine on DATA_DIR ${dataDir} does not serve its database now; try again in a moment.`,
      { cause: error },
    );
  }
  return await running.add(new EmbeddedPostgres({ dataDir }));
}
