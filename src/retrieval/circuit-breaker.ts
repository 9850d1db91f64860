import { EndpointError } from "../inference/endpoint.ts";

/** Failures in a row after which an endpoint is taken for dead … */
const FAILURES_MAX = 3;
/** … and left alone for so long; then one call tries whether it lives. */
const REST_MS = 5_000;

/** Spares whoever asks a dead endpoint the wait. */
export class CircuitBreaker {
  #failures = 0;
  /** By `performance.now()`. */
  #restsUntil = Number.NEGATIVE_INFINITY;

  /** @param name of the endpoint, as a sentence about it begins */
  constructor(
    private readonly name: string,
    private readonly restMs: number = REST_MS,
  ) {}

  /** @throws EndpointError `away` while the endpoint is left alone; what the call throws */
  async guard<T>(call: () => Promise<T>): Promise<T> {
    if (!this.#mayCall())
      throw new EndpointError(
        "away",
        `${this.name} is left alone for some seconds after failures.`,
      );
    try {
      const result = await call();
      this.#failures = 0;
      return result;
    } catch (error) {
      // Whoever refuses one question lives, and answers the next.
      if (error instanceof EndpointError && error.trouble === "refused") this.#failures = 0;
      else if (++this.#failures >= FAILURES_MAX) this.#restsUntil = performance.now() + this.restMs;
      throw error;
    }
  }

  /** After a rest it is true once, for the one that tries. */
  #mayCall(): boolean {
    if (this.#failures < FAILURES_MAX) return true;
    const now = performance.now();
    if (now < this.#restsUntil) return false;
    this.#restsUntil = now + this.restMs;
    return true;
  }
}
