import { transact } from "../event/announce.ts";
import { logger } from "../log.ts";
import { beginJobSeries, jobRescues } from "../metrics/jobs.ts";
import { type DatabaseHealth, poll } from "../postgres/health.ts";
import { type Service, sleep } from "../service.ts";
import { within } from "../trace.ts";
import { Attempt, type AttemptDeps, writeVerdict } from "./attempt.ts";
import { type Failure, type Job, QUEUE_TOPIC, traceOf } from "./job.ts";
import { Nudge } from "./nudge.ts";
import { claimJob, claimJobs, takeExpiredJobs } from "./store.ts";
import type { Task } from "./task.ts";

export interface WorkerDeps extends AttemptDeps {
  readonly health: DatabaseHealth;
  /** On stop, running jobs get this long to finish before they are handed back. */
  readonly finishGraceMs: number;
}

/** Polling guarantees what nudges make quick. */
const IDLE_POLL_MS = 1_500;
const RESCUE_EVERY_MS = 1_500;
const RESCUE_BATCH_MAX = 20;
/** How long the first of a group of jobs that end waits for the others. */
const GATHER_MS = 1;
/** Jobs remembered for having been cut off; beyond that, all are forgiven. */
const CUT_OFF_MAX = 1_000;

const RESCUED: Failure = {
  message: "The worker that processed this stopped answering.",
  reason: "lease_expired",
  permanent: false,
  atOnce: true,
};

/** Claims jobs of one kind and runs them: a loop of `runOnce` and a wait that a nudge cuts short. */
export class Worker implements Service {
  readonly name: string;
  readonly #nudge = new Nudge();
  readonly #running = new Map<string, Promise<void>>();
  /** How often the database went away while a job ran here. */
  readonly #outages = new Map<string, number>();
  readonly #stopping = new AbortController();
  readonly #cutOff = new AbortController();
  /** The job that runs here though two processes died with it. */
  #suspect: string | undefined;
  #loop: Promise<void> | undefined;
  // By `performance.now()`, as every time here: a wall clock may jump.
  #nextRescueAt = 0;
  #workedAt = performance.now();
  #gathering = false;
  /** The last claim got all it asked for, so there may be more. */
  #mayHaveMore = true;

  constructor(
    private readonly deps: WorkerDeps,
    private readonly task: Task,
  ) {
    this.name = `${task.kind} worker`;
  }

  async start(): Promise<void> {
    beginJobSeries(this.task.kind);
    this.deps.bus.onNudge(
      QUEUE_TOPIC[this.task.kind],
      () => this.#nudge.notify(),
      () => !this.#stopping.signal.aborted && this.#freeSlots > 0,
    );
    const { signal } = this.#stopping;
    this.#loop = poll({
      name: this.name,
      health: this.deps.health,
      signal,
      runOnce: () => this.runOnce(),
      rest: async () => {
        if (!this.#mayHaveMore || this.#freeSlots === 0)
          await this.#nudge.wait(IDLE_POLL_MS * (0.75 + Math.random() / 2), signal);
      },
    });
  }

  /** Takes no new job from now on; those that run go on. */
  takeNoMore(): void {
    this.#stopping.abort();
  }

  async stop(): Promise<void> {
    this.takeNoMore();
    await this.#loop;
    await Promise.race([Promise.all(this.#running.values()), sleep(this.deps.finishGraceMs)]);
    this.#cutOff.abort();
    await Promise.all(this.#running.values());
  }

  get #freeSlots(): number {
    return this.task.concurrency - this.#running.size;
  }

  /** Rescues if it is time, then claims as many jobs as there are free slots. */
  async runOnce(): Promise<void> {
    await this.#rescueWhenDue();
    const free = this.#freeSlots;
    const claimed = free > 0 ? await this.#claim(free) : [];
    this.#workedAt = performance.now();
    if (free > 0) this.#mayHaveMore = claimed.length === free;
    for (const job of claimed)
      this.#running.set(
        job.id,
        within(traceOf(job), () => this.#process(job)),
      );
  }

  async #claim(limit: number): Promise<Job[]> {
    const { sql, bus } = this.deps;
    const { kind, leaseSeconds } = this.task;
    if (!this.task.started) return await claimJobs(sql, kind, limit, leaseSeconds);
    return await transact(sql, bus, async (tx, announce) => {
      const jobs = await claimJobs(tx, kind, limit, leaseSeconds);
      if (jobs.length > 0) await this.task.started?.(tx, jobs, announce);
      return jobs;
    });
  }

  async #rescueWhenDue(): Promise<void> {
    const leaseMs = this.task.leaseSeconds * 1000;
    const now = performance.now();
    // After an outage those come first who could not extend their leases; then whoever is left is dead.
    if (now - this.#workedAt > Math.max(leaseMs / 3, 2 * IDLE_POLL_MS))
      this.#nextRescueAt = now + leaseMs / 2;
    if (now < this.#nextRescueAt) return;
    this.#nextRescueAt = now + RESCUE_EVERY_MS;
    await this.#rescue();
  }

  async #rescue(): Promise<void> {
    for (let rescued = 0; rescued < RESCUE_BATCH_MAX; rescued++)
      if (!(await this.#rescueOne())) return;
  }

  /**
   * Taken over and settled in one transaction: a rescuer that dies in between leaves it to the next at once.
   * Whom two processes died with may be what they died of. It goes on in the rescuer's hands, and no other
   * such job beside it: so the innocent part ways with the guilty before their retries are used up.
   */
  async #rescueOne(): Promise<boolean> {
    const { sql, bus } = this.deps;
    const { kind, leaseSeconds } = this.task;
    const mayTakeSuspect = this.#suspect === undefined && this.#freeSlots > 0;
    const rescued = await transact(sql, bus, async (tx, announce) => {
      const [job] = await takeExpiredJobs(tx, kind, 1, leaseSeconds, mayTakeSuspect);
      if (!job) return undefined;
      await within(traceOf(job), () => writeVerdict(tx, announce, this.task, job, RESCUED));
      const suspect = job.retryCount > 0 ? await claimJob(tx, job, leaseSeconds) : undefined;
      if (suspect) await this.task.started?.(tx, [suspect], announce);
      return { job, suspect };
    });
    if (!rescued) return false;
    const { job, suspect } = rescued;
    jobRescues.inc({ kind });
    logger("job").warn("Rescued a job whose lease had run out.", { job_id: job.id, kind });
    if (suspect) this.#runSuspect(suspect);
    return true;
  }

  #runSuspect(job: Job): void {
    this.#suspect = job.id;
    const run = within(traceOf(job), () => this.#process(job)).finally(() => {
      this.#suspect = undefined;
      this.#nextRescueAt = 0;
      this.#nudge.notify();
    });
    this.#running.set(job.id, run);
  }

  async #process(job: Job): Promise<void> {
    const outages = this.#outages.get(job.id) ?? 0;
    const attempt = new Attempt(this.deps, this.task, job, this.#cutOff.signal, outages);
    if (await attempt.run()) this.#remember(job.id, outages + 1);
    else this.#outages.delete(job.id);
    this.#running.delete(job.id);
    // Else the next nudge or poll tells of new work, and a claim in vain is spared.
    if (this.#mayHaveMore) this.#askForMore();
  }

  /** Jobs end in groups, as the disk keeps them in groups: one claim replaces them all. */
  #askForMore(): void {
    if (this.#gathering) return;
    this.#gathering = true;
    setTimeout(() => {
      this.#gathering = false;
      this.#nudge.notify();
    }, GATHER_MS);
  }

  #remember(jobId: string, outages: number): void {
    if (this.#outages.size >= CUT_OFF_MAX) this.#outages.clear();
    this.#outages.set(jobId, outages);
  }
}
