import { AppError, DeferredError, messageOf, PermanentError, PostponedError } from "../error.ts";
import { type Announcer, transact } from "../event/announce.ts";
import type { Bus } from "../event/bus.ts";
import { logger } from "../log.ts";
import {
  type AttemptOutcome,
  jobDuration,
  jobFailures,
  jobHandBacks,
  jobRetries,
} from "../metrics/jobs.ts";
import { isOutage } from "../postgres/outage.ts";
import type { Database, Sql } from "../postgres/sql.ts";
import { backoffMs, sleep } from "../service.ts";
import { decideRetry, type Failure, type Job, QUEUE_TOPIC } from "./job.ts";
import { extendLease, releaseJob, settleFailure } from "./store.ts";
import type { Task } from "./task.ts";

export interface AttemptDeps {
  readonly sql: Database;
  readonly bus: Bus;
}

/** A lease is extended as often as this in its time, so that one lost call does not end it. */
const EXTENSIONS_PER_LEASE = 3;
/** An extension may take so long to be answered, even where the lease has run out already. */
const EXTEND_MIN_MS = 1_000;
/** A job in whose company the database went away so often is not innocent any more: it has failed. */
const OUTAGES_MAX = 10;
const OUTAGE_BACKOFF = { baseMs: 250, maxMs: 2_000 } as const;
const TAKEN_OVER = new AppError("lease_lost", "Another worker has taken this job over.");
const CUT_OFF: Failure = {
  message: "The database went away again and again while this was processed.",
  reason: "outage",
  permanent: false,
};

/** One attempt at a job whose lease this process holds: it keeps the lease, runs, and sees to the end. */
export class Attempt {
  readonly #lost = new AbortController();
  readonly #ended = new AbortController();
  #outcome: AttemptOutcome = "success";

  /**
   * @param cutOff aborts when the process will not wait for the job any longer
   * @param outages how often this process has seen the job cut off by an outage before
   */
  constructor(
    private readonly deps: AttemptDeps,
    private readonly task: Task,
    private readonly job: Job,
    private readonly cutOff: AbortSignal,
    private readonly outages: number,
  ) {}

  /**
   * Resolves when the job is finished, settled, given back, or somebody else's; never rejects.
   * @returns true if an outage of the database cut it off
   */
  async run(): Promise<boolean> {
    const beganAt = performance.now();
    const keeping = this.#keepLease();
    try {
      await this.task.run(this.job, AbortSignal.any([this.#lost.signal, this.cutOff]));
      return false;
    } catch (error) {
      return await this.#concede(error);
    } finally {
      this.#ended.abort();
      await keeping;
      this.#tell(performance.now() - beganAt);
    }
  }

  #tell(tookMs: number): void {
    const { kind } = this.job;
    const outcome = this.#outcome;
    jobDuration.observe({ kind, outcome }, tookMs / 1000);
    const duration_ms = Math.round(tookMs * 10) / 10;
    const level = outcome === "retried" || outcome === "failed" ? "info" : "debug";
    logger("job")[level](`${kind} job: ${outcome}, ${duration_ms} ms`, { outcome, duration_ms });
  }

  /** Whoever cannot extend for a whole lease has lost it, whatever its own clock says. */
  async #keepLease(): Promise<void> {
    const { leaseSeconds } = this.task;
    while (!this.#ended.signal.aborted && !this.#lost.signal.aborted) {
      await sleep((leaseSeconds * 1000) / EXTENSIONS_PER_LEASE, this.#ended.signal);
      if (this.#ended.signal.aborted) return;
      const asked = extendLease(this.deps.sql, this.job, leaseSeconds).catch(() => undefined);
      // A network that swallows the question never answers it.
      const silence = sleep(Math.max(this.job.lease.leftMs, EXTEND_MIN_MS), this.#ended.signal);
      if ((await Promise.race([asked, silence])) === false) this.#lost.abort(TAKEN_OVER);
      else if (!this.job.lease.isHeld()) this.#lost.abort();
    }
  }

  async #concede(error: unknown): Promise<boolean> {
    this.#outcome = "lost";
    // A job of a deleted document, or one taken over, ends here without a word.
    if (this.#lost.signal.reason === TAKEN_OVER || isLeaseLost(error)) return false;
    const outage = this.#lost.signal.aborted || isOutage(error);
    const postponed = error instanceof PostponedError ? error : undefined;
    const failure = this.#failureOf(error, outage);
    try {
      await this.#throughOutages(() =>
        failure ? this.#settle(failure, error) : this.#giveBack(postponed),
      );
    } catch (reason) {
      // Nor is it news that a job failed which was deleted or taken over meanwhile.
      if (isLeaseLost(reason)) return false;
      logger("job").warn(`A job could not be settled: ${messageOf(reason)}`);
    }
    return outage;
  }

  /** @returns undefined for what is not the job's fault */
  #failureOf(error: unknown, outage: boolean): Failure | undefined {
    if (this.cutOff.aborted || error instanceof PostponedError) return undefined;
    if (!outage) return failureOf(error);
    return this.outages < OUTAGES_MAX ? undefined : CUT_OFF;
  }

  async #settle(failure: Failure, error: unknown): Promise<void> {
    const { sql, bus } = this.deps;
    this.#outcome = await transact(sql, bus, (tx, announce) =>
      writeVerdict(tx, announce, this.task, this.job, failure),
    );
    if (error instanceof AppError || isOutage(error)) return;
    logger("job").error(`A job failed unexpectedly: ${messageOf(error)}`, { error });
  }

  /** The fence makes it safe to come late: what another has taken over stays as it is. */
  async #throughOutages(write: () => Promise<void>): Promise<void> {
    for (let failures = 1; ; failures++) {
      try {
        return await write();
      } catch (error) {
        if (!isOutage(error) || this.cutOff.aborted) throw error;
        await sleep(backoffMs(Math.min(failures, 10), OUTAGE_BACKOFF), this.cutOff);
      }
    }
  }

  /** Queued again at no cost to it: at once, as any worker may know, or for when it is worth a try. */
  async #giveBack(postponed?: PostponedError): Promise<void> {
    const { sql, bus } = this.deps;
    const later = postponed && { delayMs: postponed.retryAfterMs, reason: postponed.message };
    await transact(sql, bus, async (tx, announce) => {
      if (!(await releaseJob(tx, this.job, later))) return;
      await this.task.requeued?.(tx, this.job, null, announce);
      if (!later)
        announce.wake({ topic: QUEUE_TOPIC[this.job.kind], hint: { job_id: this.job.id } });
      announce.afterwards(() => {
        this.#outcome = "handed_back";
        jobHandBacks.inc({ kind: this.job.kind });
      });
    });
  }
}

/**
 * Writes what becomes of a job whose attempt failed, and tells.
 * @returns what became of it
 * @throws AppError `lease_lost`, which rolls the caller's transaction back
 */
export async function writeVerdict(
  tx: Sql,
  announce: Announcer,
  task: Task,
  job: Job,
  failure: Failure,
): Promise<"retried" | "failed"> {
  const { kind, id } = job;
  const verdict = decideRetry(job, failure, Math.random());
  const settled = { ...job, retryCount: verdict.retryCount };
  await settleFailure(tx, job, failure, verdict);
  announce.afterwards(() => jobFailures.inc({ kind, reason: failure.reason }));
  if (verdict.action === "fail") {
    await task.failed?.(tx, settled, failure, announce);
    return "failed";
  }
  await task.requeued?.(tx, settled, failure, announce);
  if (verdict.delayMs === 0) announce.wake({ topic: QUEUE_TOPIC[kind], hint: { job_id: id } });
  announce.afterwards(() => jobRetries.inc({ kind }));
  return "retried";
}

function isLeaseLost(error: unknown): boolean {
  return error instanceof AppError && error.code === "lease_lost";
}

/** What an unexpected error says is for the log; the user reads a plain sentence. */
function failureOf(error: unknown): Failure {
  if (error instanceof AppError)
    return {
      message: error.message,
      reason: error.code,
      permanent: error instanceof PermanentError,
      ...(error instanceof DeferredError ? { retryAfterMs: error.retryAfterMs } : {}),
    };
  return { message: "Processing failed unexpectedly.", reason: "unexpected", permanent: false };
}
