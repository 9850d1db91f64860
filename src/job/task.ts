import type { Announcer } from "../event/announce.ts";
import type { Sql } from "../postgres/sql.ts";
import type { Failure, Job, JobKind } from "./job.ts";

/** What one kind of job does, and what the world is told of it. The queue itself knows no kind. */
export interface Task {
  readonly kind: JobKind;
  /** How long a worker may be silent before another takes the job over. */
  readonly leaseSeconds: number;
  /** Jobs that run at once in this process; of light ones, where the kind has them, more share a place. */
  readonly concurrency: number;
  /** In the transaction that claims. */
  started?(tx: Sql, jobs: readonly Job[], announce: Announcer): Promise<void>;
  /**
   * Does the work and finishes the job: with `finishJob` in the transaction that stores the result, or, where
   * there is nothing to store, with a `Finisher`.
   */
  run(job: Job, signal: AbortSignal): Promise<void>;
  /** In the transaction that queues the job again; `job.retryCount` is the new count. */
  requeued?(tx: Sql, job: Job, failure: Failure | null, announce: Announcer): Promise<void>;
  /** In the transaction that gives the job up. */
  failed?(tx: Sql, job: Job, failure: Failure, announce: Announcer): Promise<void>;
}
