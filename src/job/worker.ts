import { transact } from "../event/announce.ts";
import { logger } from "../log.ts";
import { beginJobSeries, jobRescues } from "../metrics/jobs.ts";
import { type DatabaseHealth, poll } from "../postgres/health.ts";
import type { Sql } from "../postgres/sql.ts";
import { type Service, sleep } from "../service.ts";
import { within } from "../trace.ts";
import { Attempt, type AttemptDeps, writeVerdict } from "./attempt.ts";
import { type Failure, type Job, QUEUE_TOPIC, traceOf } from "./job.ts";
import { Nudge } from "./nudge.ts";
import { claimByWeight, claimJob, claimJobs, takeExpiredJobs } from "./store.ts";
import type { Task } from "./task.ts";

interface Running {
  readonly weight: number;
  readonly ended: Promise<void>;
}

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
/** Less room than this is waited out: light jobs end in groups, and are claimed in groups. */
const FREE_PLACES_MIN = 0.5;

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
  readonly #running = new Map<string, Running>();
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
      () => !this.#stopping.signal.aborted && this.#hasRoom,
    );
    const { signal } = this.#stopping;
    this.#loop = poll({
      name: this.name,
      health: this.deps.health,
      signal,
      runOnce: () => this.runOnce(),
      rest: async () => {
        if (!this.#mayHaveMore || !this.#hasRoom)
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
    await Promise.race([this.#allEnded(), sleep(this.deps.finishGraceMs)]);
    this.#cutOff.abort();
    await this.#allEnded();
  }

  async #allEnded(): Promise<void> {
    await Promise.all(Array.from(this.#running.values(), ({ ended }) => ended));
  }

  get #freePlaces(): number {
    return this.task.concurrency - weightOf(this.#running.values());
  }

  get #hasRoom(): boolean {
    return this.#freePlaces >= FREE_PLACES_MIN;
  }

  /** Rescues if it is time, then claims as many jobs as there are free places. */
  async runOnce(): Promise<void> {
    await this.#rescueWhenDue();
    const free = this.#freePlaces;
    const claimed = this.#hasRoom ? await this.#claim(free) : [];
    this.#workedAt = performance.now();
    if (free >= FREE_PLACES_MIN) this.#mayHaveMore = weightOf(claimed) >= free;
    for (const job of claimed) void this.#run(job);
  }

  #run(job: Job): Promise<void> {
    const ended = within(traceOf(job), () => this.#process(job));
    this.#running.set(job.id, { weight: job.weight, ended });
    return ended;
  }

  async #claim(places: number): Promise<Job[]> {
    const { sql, bus } = this.deps;
    if (!this.task.started) return await this.#claimIn(sql, places);
    return await transact(sql, bus, async (tx, announce) => {
      const jobs = await this.#claimIn(tx, places);
      if (jobs.length > 0) await this.task.started?.(tx, jobs, announce);
      return jobs;
    });
  }

  async #claimIn(sql: Sql, places: number): Promise<Job[]> {
    const { kind, leaseSeconds } = this.task;
    return kind === "parse" || kind === "ingest"
      ? await claimByWeight(sql, kind, places, leaseSeconds)
      : await claimJobs(sql, kind, places, leaseSeconds);
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
    const mayTakeSuspect = this.#suspect === undefined && this.#hasRoom;
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
    void this.#run(job).finally(() => {
      this.#suspect = undefined;
      this.#nextRescueAt = 0;
      this.#nudge.notify();
    });
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

function weightOf(jobs: Iterable<Pick<Running, "weight">>): number {
  let weight = 0;
  for (const job of jobs) weight += job.weight;
  return weight;
}
