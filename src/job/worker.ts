import { AppError, messageOf, PermanentError } from "../error.ts";
import type { Bus } from "../event/bus.ts";
import { transact } from "../event/announce.ts";
import { logger } from "../log.ts";
import type { Database } from "../postgres/sql.ts";
import { backoffMs, type Service, sleep } from "../service.ts";
import { decideRetry, type Failure, type Job, QUEUE_TOPIC } from "./job.ts";
import { Nudge } from "./nudge.ts";
import { claimJobs, extendLease, releaseJob, settleFailure, takeExpiredJobs } from "./store.ts";
import type { Task } from "./task.ts";

/** Polling guarantees what nudges make quick. */
const IDLE_POLL_MS = 1_500;
const RESCUE_EVERY_MS = 3_000;
const RESCUE_BATCH_MAX = 20;
const OUTAGE_BACKOFF = { baseMs: 250, maxMs: 2_000 } as const;
/** On stop, running jobs get this long to finish before they are handed back. */
const FINISH_GRACE_MS = 5_000;

const RESCUED: Failure = {
  message: "The worker that processed this stopped answering.",
  permanent: false,
};

/** Claims jobs of one kind and runs them: a loop of `runOnce` and a wait that a nudge cuts short. */
export class Worker implements Service {
  readonly name: string;
  readonly #log = logger("job");
  readonly #nudge = new Nudge();
  readonly #running = new Map<string, Promise<void>>();
  readonly #stopping = new AbortController();
  readonly #cutOff = new AbortController();
  #loop: Promise<void> | undefined;
  #nextRescueAt = 0;
  /** The last claim got all it asked for, so there may be more. */
  #mayHaveMore = true;

  constructor(
    private readonly sql: Database,
    private readonly bus: Bus,
    private readonly task: Task,
  ) {
    this.name = `${task.kind} worker`;
  }

  async start(): Promise<void> {
    this.bus.onNudge(
      QUEUE_TOPIC[this.task.kind],
      () => this.#nudge.notify(),
      () => this.#freeSlots > 0,
    );
    this.#loop = this.#run(this.#stopping.signal);
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#loop;
    await Promise.race([Promise.all(this.#running.values()), sleep(FINISH_GRACE_MS)]);
    this.#cutOff.abort();
    await Promise.all(this.#running.values());
  }

  get #freeSlots(): number {
    return this.task.concurrency - this.#running.size;
  }

  async #run(signal: AbortSignal): Promise<void> {
    let outages = 0;
    while (!signal.aborted) {
      try {
        const claimed = await this.runOnce();
        if (outages > 0) this.#log.info(`${this.name} works again.`);
        outages = 0;
        if (claimed === 0 || this.#freeSlots === 0)
          await this.#nudge.wait(IDLE_POLL_MS * (0.75 + Math.random() / 2), signal);
      } catch (error) {
        if (outages++ === 0) this.#log.warn(`${this.name} cannot claim: ${messageOf(error)}`);
        await sleep(backoffMs(Math.min(outages, 10), OUTAGE_BACKOFF), signal);
      }
    }
  }

  /** Rescues if it is time, then claims as many jobs as there are free slots. @returns how many */
  async runOnce(): Promise<number> {
    if (Date.now() >= this.#nextRescueAt) {
      await this.#rescue();
      this.#nextRescueAt = Date.now() + RESCUE_EVERY_MS;
    }
    if (this.#freeSlots <= 0) return 0;
    const jobs = await this.#claim(this.#freeSlots);
    this.#mayHaveMore = jobs.length === this.#freeSlots;
    for (const job of jobs) this.#running.set(job.id, this.#process(job));
    return jobs.length;
  }

  async #claim(limit: number): Promise<Job[]> {
    const { kind, leaseSeconds } = this.task;
    if (!this.task.started) return await claimJobs(this.sql, kind, limit, leaseSeconds);
    return await transact(this.sql, this.bus, async (tx, announce) => {
      // A claim that goes down with the database's machine is a job that is queued still: no disk to wait for.
      await tx`set local synchronous_commit = off`;
      const jobs = await claimJobs(tx, kind, limit, leaseSeconds);
      if (jobs.length > 0) await this.task.started?.(tx, jobs, announce);
      return jobs;
    });
  }

  async #rescue(): Promise<void> {
    const { kind, leaseSeconds } = this.task;
    const jobs = await takeExpiredJobs(this.sql, kind, RESCUE_BATCH_MAX, leaseSeconds);
    for (const job of jobs) {
      this.#log.warn("Rescued a job whose lease had run out.", { job_id: job.id, kind });
      await this.#settle(job, RESCUED);
    }
  }

  async #process(job: Job): Promise<void> {
    const lost = new AbortController();
    const ended = new AbortController();
    const signal = AbortSignal.any([lost.signal, this.#cutOff.signal]);
    const keeping = this.#keepLease(job, lost, ended.signal);
    try {
      await this.task.run(job, signal);
    } catch (error) {
      await this.#concede(job, error, lost.signal).catch((reason: unknown) =>
        this.#log.warn(`A failed job could not be settled: ${messageOf(reason)}`, {
          job_id: job.id,
        }),
      );
    } finally {
      ended.abort();
      await keeping;
      this.#running.delete(job.id);
      // Else the next nudge or poll tells of new work, and a claim in vain is spared.
      if (this.#mayHaveMore) this.#nudge.notify();
    }
  }

  /** Whoever cannot extend for a whole lease has lost it, whatever its own clock says. */
  async #keepLease(job: Job, lost: AbortController, ended: AbortSignal): Promise<void> {
    const { leaseSeconds } = this.task;
    let heldUntil = performance.now() + leaseSeconds * 1000;
    while (!ended.aborted && !lost.signal.aborted) {
      await sleep((leaseSeconds * 1000) / 3, ended);
      if (ended.aborted) return;
      const askedAt = performance.now();
      const held = await extendLease(this.sql, job, leaseSeconds).catch(() => null);
      if (held) heldUntil = askedAt + leaseSeconds * 1000;
      else if (held === false || performance.now() > heldUntil) lost.abort();
    }
  }

  async #concede(job: Job, error: unknown, lost: AbortSignal): Promise<void> {
    // A job of a deleted document, or one taken over, ends here without a word.
    if (lost.aborted || (error instanceof AppError && error.code === "lease_lost")) return;
    if (this.#cutOff.signal.aborted) return await this.#release(job);
    await this.#settle(job, failureOf(error));
  }

  async #release(job: Job): Promise<void> {
    await transact(this.sql, this.bus, async (tx, announce) => {
      if (await releaseJob(tx, job)) await this.task.requeued?.(tx, job, null, announce);
    });
  }

  async #settle(job: Job, failure: Failure): Promise<void> {
    const verdict = decideRetry(job, failure, Math.random());
    const settled = { ...job, retryCount: verdict.retryCount };
    await transact(this.sql, this.bus, async (tx, announce) => {
      await settleFailure(tx, job, failure, verdict);
      if (verdict.action === "fail") await this.task.failed?.(tx, settled, failure, announce);
      else await this.task.requeued?.(tx, settled, failure, announce);
    }).catch((error: unknown) => {
      if (!(error instanceof AppError && error.code === "lease_lost")) throw error;
    });
  }
}

/** What an unexpected error says is for the log; the user reads a plain sentence. */
function failureOf(error: unknown): Failure {
  if (error instanceof AppError)
    return { message: error.message, permanent: error instanceof PermanentError };
  logger("job").error(`A job failed unexpectedly: ${messageOf(error)}`, { error });
  return { message: "Processing failed unexpectedly.", permanent: false };
}
