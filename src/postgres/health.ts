import { messageOf } from "../error.ts";
import { logger } from "../log.ts";
import { backoffMs, sleep } from "../service.ts";
import { isOutage } from "./outage.ts";

/** So many failures in a row, whosever they are: one cut connection is no outage. */
const FAILURES_OF_AN_OUTAGE = 3;
const BACKOFF = { baseMs: 250, maxMs: 2_000 } as const;

/** Tells each change of the database's state once for the whole process, whoever notices it first. */
export class DatabaseHealth {
  readonly #log = logger("database");
  #failures = 0;

  /** False in an outage, from its third sign on. */
  get isUp(): boolean {
    return this.#failures < FAILURES_OF_AN_OUTAGE;
  }

  works(): void {
    if (!this.isUp) this.#log.info("The database is there again.");
    this.#failures = 0;
  }

  /** @param error one that `isOutage` */
  fails(error: unknown): void {
    if (++this.#failures !== FAILURES_OF_AN_OUTAGE) return;
    this.#log.warn(`The database is away; waiting for it: ${messageOf(error)}`);
  }
}

export interface Polling<T> {
  /** For the log. */
  readonly name: string;
  readonly health: DatabaseHealth;
  readonly signal: AbortSignal;
  readonly runOnce: () => Promise<T>;
  /** After a run that went well. */
  readonly rest: (outcome: T) => Promise<void>;
}

/** Runs again and again until it is stopped; while the database is away, it tries again ever more rarely. */
export async function poll<T>({ name, health, signal, runOnce, rest }: Polling<T>): Promise<void> {
  let failures = 0;
  while (!signal.aborted) {
    try {
      const outcome = await runOnce();
      health.works();
      failures = 0;
      await rest(outcome);
    } catch (error) {
      failures++;
      if (isOutage(error)) health.fails(error);
      else if (failures === 1) logger("database").error(`${name} failed: ${messageOf(error)}`);
      await sleep(backoffMs(Math.min(failures, 10), BACKOFF), signal);
    }
  }
}
