import { AppError } from "../error.ts";
import { transact } from "../event/announce.ts";
import type { Bus } from "../event/bus.ts";
import { QUEUE_TOPIC } from "../job/job.ts";
import { insertJobs } from "../job/store.ts";
import type { Database, Sql } from "../postgres/sql.ts";

/** Work that has not been committed by then is given up, and its objects are removed. */
const COMMIT_WITHIN_SECONDS = 3_600;

/**
 * Before objects are written, a job is queued that will remove them; the commit of the work they belong to
 * takes it away again. So a process that dies in between leaves no object behind.
 * @returns the plan's id, for `keepObjects`
 */
export async function planObjects(
  sql: Database,
  bus: Bus,
  keys: readonly string[],
): Promise<string> {
  return await transact(sql, bus, async (tx, announce) => {
    const [id = ""] = await insertJobs(tx, announce, [
      { kind: "cleanup", payload: { keys }, delaySeconds: COMMIT_WITHIN_SECONDS },
    ]);
    return id;
  });
}

/**
 * Keeps the planned objects, in the transaction that refers to them.
 * @throws AppError `unavailable` if they have been given up
 */
export async function keepObjects(tx: Sql, planId: string): Promise<void> {
  const planned = await tx`
    delete from jobs where kind = 'cleanup' and id = ${planId} and status = 'queued' returning id`;
  if (planned.length === 0)
    throw new AppError("unavailable", "Storing the files took too long; please try again.");
}

/** Lets the planned objects be removed now, of work that will not be committed. */
export async function giveUpObjects(sql: Database, bus: Bus, planId: string): Promise<void> {
  await transact(sql, bus, async (tx, announce) => {
    const planned = await tx`
      update cleanup_jobs set next_run_at = now() where id = ${planId} and status = 'queued' returning id`;
    if (planned.length > 0) announce.wake({ topic: QUEUE_TOPIC.cleanup, hint: { job_id: planId } });
  });
}
