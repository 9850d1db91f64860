import type { Config } from "../config.ts";
import { DatabaseHealth } from "../postgres/health.ts";
import { migrate } from "../postgres/migrate.ts";
import { openDatabase } from "../role/database.ts";
import { Running } from "../role/running.ts";

const STOP_MS = 10_000;

/** `migrate`: brings the database up to date. @returns one sentence on what was done */
export async function migrateVerb(config: Config): Promise<string> {
  const running = new Running();
  try {
    const { sql } = await openDatabase(config, running, new DatabaseHealth(), () => undefined);
    const applied = await migrate(sql);
    return applied.length === 0
      ? "The database is up to date."
      : `Applied migrations: ${applied.join(", ")}.`;
  } finally {
    await running.stop(STOP_MS);
  }
}
