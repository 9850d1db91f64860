import type { Sql } from "../postgres/sql.ts";
import type { Job } from "./job.ts";
import { finishJobs, leaseLost } from "./store.ts";

/** Jobs of one statement. */
const BATCH_MAX = 100;

interface Ending {
  readonly job: Job;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Finishes jobs that leave nothing behind but their end. Those that end while a statement is on its way to
 * the disk share the next one, each behind its own fence: small jobs then wait for one disk, not for many.
 */
export class Finisher {
  readonly #ending: Ending[] = [];
  #flushing = false;

  constructor(private readonly sql: Sql) {}

  /**
   * Resolves when the end of the job is kept.
   * @throws AppError `lease_lost`; what the database says, for all that share the statement
   */
  async finish(job: Job): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#ending.push({ job, resolve, reject });
    if (!this.#flushing) void this.#flush();
    await promise;
  }

  async #flush(): Promise<void> {
    this.#flushing = true;
    // Whoever ends in the same turn comes along.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#ending.length > 0) await this.#finish(this.#ending.splice(0, BATCH_MAX));
    this.#flushing = false;
  }

  async #finish(batch: readonly Ending[]): Promise<void> {
    try {
      const jobs = batch.map(({ job }) => job);
      const finished = await finishJobs(this.sql, jobs);
      for (const { job, resolve, reject } of batch)
        if (finished.has(job.id)) resolve();
        else reject(leaseLost());
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }
}
