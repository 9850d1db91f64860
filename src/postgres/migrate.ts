import engine from "../../sql/0001_engine.sql" with { type: "text" };
import retrieval from "../../sql/0002_retrieval.sql" with { type: "text" };
import retention from "../../sql/0003_retention.sql" with { type: "text" };
import sessions from "../../sql/0004_sessions.sql" with { type: "text" };
import queue from "../../sql/0005_queue.sql" with { type: "text" };
import claim from "../../sql/0006_claim.sql" with { type: "text" };
import people from "../../sql/0007_people.sql" with { type: "text" };
import ranking from "../../sql/0008_ranking.sql" with { type: "text" };
import vectors from "../../sql/0009_vectors.sql" with { type: "text" };
import candidates from "../../sql/0010_candidates.sql" with { type: "text" };
import lightJobs from "../../sql/0011_light_jobs.sql" with { type: "text" };
import smallSearches from "../../sql/0012_small_searches.sql" with { type: "text" };
import terms from "../../sql/0014_terms.sql" with { type: "text" };
import partitions from "../../sql/0015_partitions.sql" with { type: "text" };
import { logger } from "../log.ts";
import type { Database, Sql } from "./sql.ts";
import { retryConflicts } from "./transaction.ts";

const log = logger("migrate");

/** Forward only and in order: a migration that has been released is never edited. */
const MIGRATIONS = [
  { id: 1, name: "engine", script: engine },
  { id: 2, name: "retrieval", script: retrieval },
  { id: 3, name: "retention", script: retention },
  { id: 4, name: "sessions", script: sessions },
  { id: 5, name: "queue", script: queue },
  { id: 6, name: "claim", script: claim },
  { id: 7, name: "people", script: people },
  { id: 8, name: "ranking", script: ranking },
  { id: 9, name: "vectors", script: vectors },
  { id: 10, name: "candidates", script: candidates },
  { id: 11, name: "light_jobs", script: lightJobs },
  { id: 12, name: "small_searches", script: smallSearches },
  { id: 14, name: "terms", script: terms },
  { id: 15, name: "partitions", script: partitions },
] as const;

/** Any constant: it keeps two processes that start together from migrating at once. */
const MIGRATION_LOCK = 7_214_501;

/**
 * Applies what is missing, all or nothing. The lock is the transaction's own, so it holds behind a
 * transaction pooler too, and the process that comes second finds nothing left to do.
 * @returns the names of the migrations applied now
 */
export async function migrate(sql: Database): Promise<string[]> {
  if (await isUpToDate(sql)) return [];
  // Processes of an earlier version go on meanwhile, and take their locks in another order.
  return await retryConflicts(() => sql.begin(migrateIn));
}

async function migrateIn(tx: Sql): Promise<string[]> {
  await tx`select pg_advisory_xact_lock(${MIGRATION_LOCK})`;
  await tx`create table if not exists schema_migrations (
    id integer primary key, name text not null, applied_at timestamptz not null default now())`;
  const applied = await tx<{ id: number }[]>`select id from schema_migrations`;
  const known = new Set(applied.map((row) => row.id));
  const missing = MIGRATIONS.filter(({ id }) => !known.has(id));
  if (known.size > 0 && missing.length > 0)
    log.info("The database is brought up to date; a large one takes minutes.");
  for (const { id, name, script } of missing) {
    await tx.unsafe(script);
    await tx`insert into schema_migrations (id, name) values (${id}, ${name})`;
  }
  return missing.map(({ name }) => name);
}

/** Most starts find nothing to do, and need no lock to see it. */
async function isUpToDate(sql: Database): Promise<boolean> {
  const [table] = await sql<{ found: boolean }[]>`
    select to_regclass('schema_migrations') is not null as found`;
  if (!table?.found) return false;
  const applied = await sql<{ id: number }[]>`select id from schema_migrations`;
  return MIGRATIONS.every(({ id }) => applied.some((row) => row.id === id));
}
