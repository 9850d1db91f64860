import type { QueueState } from "../metrics/state.ts";
import type { Fragment, Sql } from "../postgres/sql.ts";
import { sleep } from "../service.ts";
import { JOB_KINDS } from "./overview.ts";

/** Nobody needs to know more exactly how long a queue is. */
const COUNT_MAX = 100_000;
const KEPT_MS = 2_500;
/** A scrape waits no longer for a database that is away. */
const PATIENCE_MS = 1_000;

/** The state of every queue, read from the database when it is asked for, and not more often than it changes much. */
export class QueueWatch {
  #states: { readonly readAt: number; readonly states: readonly QueueState[] } | undefined;
  #reading: Promise<void> | undefined;

  constructor(private readonly sql: Sql) {}

  /** @returns undefined if the database does not tell in time; never rejects */
  async states(): Promise<readonly QueueState[] | undefined> {
    if (!this.#isFresh()) {
      // One that hangs is not joined by others.
      this.#reading ??= this.#read();
      const done = new AbortController();
      await Promise.race([this.#reading, sleep(PATIENCE_MS, done.signal)]);
      done.abort();
    }
    return this.#isFresh() ? this.#states?.states : undefined;
  }

  #isFresh(): boolean {
    return this.#states !== undefined && performance.now() - this.#states.readAt < KEPT_MS;
  }

  async #read(): Promise<void> {
    try {
      const states = await readQueues(this.sql);
      this.#states = { readAt: performance.now(), states };
    } catch {
      // Whether the database is there is told by a gauge of its own.
    } finally {
      this.#reading = undefined;
    }
  }
}

/** One statement; each number comes from an index, and counting stops at its bound. */
async function readQueues(sql: Sql): Promise<QueueState[]> {
  const count = (which: Fragment) => sql`(select count(*)::int from (
    select from jobs j where j.kind = k.kind and ${which} limit ${COUNT_MAX}) as counted)`;
  return await sql<QueueState[]>`
    select k.kind, ${count(sql`j.status = 'queued'`)} as queued,
      ${count(sql`j.locked_until is not null and j.status = 'running'`)} as running,
      ${count(sql`j.status = 'failed'`)} as failed,
      coalesce((select extract(epoch from now() - j.next_run_at)::float8 from jobs j
        where j.kind = k.kind and j.status = 'queued' and j.next_run_at <= now()
        order by j.next_run_at limit 1), 0) as "oldestDueSeconds"
    from unnest(${[...JOB_KINDS]}::text[]) as k (kind)`;
}
