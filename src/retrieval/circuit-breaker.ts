/** Failures in a row after which an endpoint is taken for dead … */
const FAILURES_MAX = 3;
/** … and left alone for so long; then one call tries whether it lives. */
const REST_MS = 5_000;

/** Spares whoever asks a dead endpoint the wait. */
export class CircuitBreaker {
  #failures = 0;
  /** By `performance.now()`. */
  #restsUntil = Number.NEGATIVE_INFINITY;

  constructor(private readonly restMs: number = REST_MS) {}

  /** Whether to call now. After a rest it is true once, for the one that tries. */
  mayCall(): boolean {
    if (this.#failures < FAILURES_MAX) return true;
    const now = performance.now();
    if (now < this.#restsUntil) return false;
    this.#restsUntil = now + this.restMs;
    return true;
  }

  succeeded(): void {
    this.#failures = 0;
  }

  failed(): void {
    if (++this.#failures >= FAILURES_MAX) this.#restsUntil = performance.now() + this.restMs;
  }
}
