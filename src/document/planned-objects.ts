import { AppError } from "../error.ts";
import { transact } from "../event/announce.ts";
import type { Bus } from "../event/bus.ts";
import { QUEUE_TOPIC } from "../job/job.ts";
import { insertJobs } from "../job/store.ts";
import type { Database, Sql } from "../postgres/sql.ts";
import type { RequestField } from "../trace.ts";

/** Work that has not been committed by then is given up, and its objects are removed. */
const COMMIT_WITHIN_SECONDS = 3_600;

/** Objects that will be written, and the request they are written for. */
export interface Plan extends RequestField {
  readonly keys: readonly string[];
}

/**
 * Before objects are written, a job is queued that will remove them; the commit of the work they belong to
 * takes it away again. So a process that dies in between leaves no object behind.
 * @returns the plans' ids, for `keepObjects`
 */
export async function planObjects(
  sql: Database,
  bus: Bus,
  plans: readonly Plan[],
): Promise<string[]> {
  return await transact(
    sql,
    bus,
    async (tx, announce) =>
      await insertJobs(
        tx,
        announce,
        plans.map((payload) => {
          return { kind: "cleanup", payload: { ...payload }, delaySeconds: COMMIT_WITHIN_SECONDS };
        }),
      ),
  );
}

/**
 * Keeps the objects of plans, in the transaction that refers to them.
 * @returns the plans that were kept; the objects of the others have been given up (`objectsGone`)
 */
export async function keepObjects(
  tx: Sql,
  planIds: readonly string[],
): Promise<ReadonlySet<string>> {
  const kept = await tx<{ id: string }[]>`
    delete from cleanup_jobs where kind = 'cleanup' and id = any(${[...planIds]}::uuid[]) and status = 'queued'
    returning id`;
  return new Set(kept.map(({ id }) => id));
}

export function objectsGone(): AppError {
  return new AppError("unavailable", "Storing the files took too long; please try again.");
}

/** Lets the planned objects be removed now, of work that will not be committed. */
export async function giveUpObjects(sql: Database, bus: Bus, planId: string): Promise<void> {
  await transact(sql, bus, async (tx, announce) => {
    const planned = await tx`
      update cleanup_jobs set next_run_at = now() where id = ${planId} and status = 'queued' returning id`;
    if (planned.length > 0) announce.wake({ topic: QUEUE_TOPIC.cleanup, hint: { job_id: planId } });
  });
}
