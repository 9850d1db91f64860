import { type Bucket, takeOne } from "./bucket.ts";

/** Buckets that are not full. One that is forgotten too early is only too generous. */
const BUCKETS_MAX = 50_000;

/** The buckets of one process. */
export class OwnBuckets {
  /** When each will be full again. */
  readonly #fullAt = new Map<string, number>();

  /** @param now a clock that never goes back, in milliseconds */
  constructor(private readonly now: () => number = () => performance.now()) {}

  /** Takes one from each, or none from any. @returns how long to wait for each, in milliseconds */
  take(buckets: readonly Bucket[]): number[] {
    const now = this.now();
    const taken = buckets.map(({ key, perMinute }) =>
      takeOne(perMinute, this.#fullAt.get(key), now),
    );
    if (taken.every(({ waitMs }) => waitMs === 0))
      for (const [at, { key }] of buckets.entries()) this.#keep(key, taken[at]?.fullAt ?? now);
    return taken.map(({ waitMs }) => waitMs);
  }

  #keep(key: string, fullAt: number): void {
    this.#fullAt.set(key, fullAt);
    if (this.#fullAt.size <= BUCKETS_MAX) return;
    const now = this.now();
    for (const [each, until] of this.#fullAt) if (until <= now) this.#fullAt.delete(each);
    for (const oldest of this.#fullAt.keys()) {
      if (this.#fullAt.size <= BUCKETS_MAX / 2) return;
      this.#fullAt.delete(oldest);
    }
  }
}
