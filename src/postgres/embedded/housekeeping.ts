import type { Engine } from "./engine.ts";

const PASS_INTERVAL_MS = 2_000;
/** What a start after a crash has to read again, and what the log takes on the disk, at most. */
const WAL_SINCE_CHECKPOINT_BYTES_MAX = 32 * 1024 * 1024;

const WAL_SINCE_CHECKPOINT = `
  select pg_wal_lsn_diff(pg_current_wal_insert_lsn(), redo_lsn) from pg_control_checkpoint()`;

/** Autovacuum's own thresholds; a table is blocked while it is vacuumed, so not too often. */
const TABLES_TO_VACUUM = `
  select format('%I.%I', schemaname, relname) from pg_stat_user_tables
  where (n_dead_tup > 50 + 0.2 * n_live_tup
      or n_ins_since_vacuum > 1000 + 0.2 * n_live_tup
      or n_mod_since_analyze > 50 + 0.1 * n_live_tup)
    and coalesce(last_vacuum < now() - interval '30 seconds', true)`;

/**
 * Does what the background processes of Postgres do, which PGlite lacks: without a checkpoint the
 * write-ahead log grows without end, without vacuum the tables do. It works between two statements of
 * the client, and leaves it to the next pass if there is no such moment.
 * @returns what ends it
 */
export function keepHouse(engine: Engine, onError: (error: unknown) => void): () => void {
  let passing = false;
  const timer = setInterval(() => {
    if (passing) return;
    passing = true;
    void runPass(engine)
      .catch(onError)
      .finally(() => (passing = false));
  }, PASS_INTERVAL_MS);
  return () => clearInterval(timer);
}

async function runPass(engine: Engine): Promise<void> {
  const [wal] = (await engine.runBetween(WAL_SINCE_CHECKPOINT)) ?? [];
  if (Number(wal?.[0] ?? 0) > WAL_SINCE_CHECKPOINT_BYTES_MAX) await engine.runBetween("checkpoint");
  const tables = (await engine.runBetween(TABLES_TO_VACUUM)) ?? [];
  for (const [table] of tables) await engine.runBetween(`vacuum (analyze) ${table}`);
}
