import { EVENTS_KEPT_SECONDS } from "../event/event.ts";
import { purgeEvents } from "../event/store.ts";
import { type DatabaseHealth, poll } from "../postgres/health.ts";
import type { Sql } from "../postgres/sql.ts";
import { LoopService, sleep } from "../service.ts";
import type { JobKind } from "./job.ts";
import { JOB_KINDS } from "./overview.ts";
import { purgeSucceededJobs } from "./store.ts";

/** An event is dated by the begin of its transaction, which may end a good while later. */
const EVENT_MARGIN_SECONDS = 900;
const DAY_SECONDS = 24 * 3_600;
/** There is a delivery for each message: a month of a busy chat would be half a billion rows. */
const SUCCEEDED_KEPT_SECONDS: Readonly<Record<JobKind, number>> = {
  parse: 30 * DAY_SECONDS,
  ingest: 30 * DAY_SECONDS,
  answer: 30 * DAY_SECONDS,
  cleanup: 30 * DAY_SECONDS,
  deliver: 3_600,
  notify: DAY_SECONDS,
  embed: DAY_SECONDS,
};
const PASS_EVERY_MS = 60_000;
/** Rows of one statement: a few milliseconds of the embedded database, which answers one at a time. */
const BATCH_MAX = 200;
/** After a batch the database is left alone for this many times as long as the batch took … */
const PAUSE_FACTOR = 4;
/** … and at least for this long. */
const PAUSE_MS_MIN = 50;

/**
 * Removes what is past its time: events of which no client is told any more, jobs that succeeded long ago.
 * Failed jobs stay until they are retried, or go with what they are about. Any number of processes may do
 * this at once: each takes what no other is just taking.
 */
export class Retention extends LoopService {
  readonly name = "retention";

  constructor(
    private readonly sql: Sql,
    private readonly health: DatabaseHealth,
    private readonly batchMax: number = BATCH_MAX,
  ) {
    super();
  }

  /** One pass: batch after batch, until nothing is left that is past its time. @returns rows removed */
  async runOnce(): Promise<number> {
    const { sql, batchMax } = this;
    const eventSeconds = EVENTS_KEPT_SECONDS + EVENT_MARGIN_SECONDS;
    let removed = await this.#drain(() => purgeEvents(sql, eventSeconds, batchMax));
    for (const kind of JOB_KINDS)
      removed += await this.#drain(() =>
        purgeSucceededJobs(sql, kind, SUCCEEDED_KEPT_SECONDS[kind], batchMax),
      );
    return removed;
  }

  async #drain(removeBatch: () => Promise<number>): Promise<number> {
    let removed = 0;
    while (!this.stopping.signal.aborted) {
      const beganAt = performance.now();
      const count = await removeBatch();
      removed += count;
      if (count < this.batchMax) break;
      const tookMs = performance.now() - beganAt;
      await sleep(Math.max(PAUSE_MS_MIN, PAUSE_FACTOR * tookMs), this.stopping.signal);
    }
    return removed;
  }

  protected override async run(signal: AbortSignal): Promise<void> {
    // Processes that start together are spread from the first pass on.
    const rest = () => sleep(PASS_EVERY_MS * (0.5 + Math.random()), signal);
    await rest();
    const { name, health } = this;
    await poll({ name, health, signal, runOnce: () => this.runOnce(), rest });
  }
}
