/** Lets through `perSecond` on average and `burst` at once. */
export class TokenBucket {
  #tokens: number;
  #filledAtMs: number | undefined;

  constructor(
    private readonly perSecond: number,
    private readonly burst: number,
  ) {
    this.#tokens = burst;
  }

  /** @param nowMs of a clock that never goes back */
  take(nowMs: number): boolean {
    const idleMs = nowMs - (this.#filledAtMs ?? nowMs);
    this.#tokens = Math.min(this.burst, this.#tokens + (idleMs / 1000) * this.perSecond);
    this.#filledAtMs = nowMs;
    if (this.#tokens < 1) return false;
    this.#tokens--;
    return true;
  }
}
