import type { Sql } from "../postgres/sql.ts";
import type { Job } from "./job.ts";
import { finishJobs, leaseLost } from "./store.ts";
import { Together } from "./together.ts";

/** Jobs of one statement. */
const BATCH_MAX = 100;

/** Finishes jobs that leave nothing behind but their end, together, each behind its own fence. */
export class Finisher {
  readonly #endings: Together<Job, undefined>;

  constructor(sql: Sql) {
    this.#endings = new Together<Job, undefined>(async (jobs) => {
      const finished = await finishJobs(sql, jobs);
      return jobs.map(({ id }) => (finished.has(id) ? undefined : leaseLost()));
    }, BATCH_MAX);
  }

  /**
   * Resolves when the end of the job is kept.
   * @throws AppError `lease_lost`; what the database says
   */
  async finish(job: Job): Promise<void> {
    await this.#endings.join(job);
  }
}
