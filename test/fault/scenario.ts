import type { Random } from "../support/random.ts";

export interface Plan {
  /** `short` is what every test run does; `long` is `./dev fault`. */
  readonly length: "short" | "long";
  readonly random: Random;
}

/** What came of it. Each list names what it counts, so that a failure says what happened. */
export interface Outcome {
  /** How often the fault was made. */
  readonly runs: number;
  /** Acknowledged or due, and never seen. */
  readonly lost: readonly string[];
  /** Done, stored or told twice where once is the promise. */
  readonly doubled: readonly string[];
  /** Any other promise that did not hold. */
  readonly broken: readonly string[];
  /** The longest that anybody waited for what the scenario is about. */
  readonly worstWaitMs?: number;
}

/** A fault, made on real servers and whole processes. */
export interface Scenario {
  readonly name: string;
  /** What must be so, as one sentence. */
  readonly promise: string;
  /** The longest wait allowed, in the long run's table. */
  readonly reachMs?: number;
  readonly run: (plan: Plan) => Promise<Outcome>;
}

/** Gathers an outcome while a scenario runs. */
export class Findings implements Outcome {
  runs = 0;
  readonly lost: string[] = [];
  readonly doubled: string[] = [];
  readonly broken: string[] = [];
  worstWaitMs?: number;

  waited(ms: number): void {
    this.worstWaitMs = Math.max(this.worstWaitMs ?? 0, ms);
  }
}
