/**
 * What one may spend: `perMinute` at once, and the same again, evenly, in the course of each minute. Of a
 * bucket nothing is kept but when it will be full again (the generic cell rate algorithm), in milliseconds.
 */
export interface Bucket {
  readonly key: string;
  readonly perMinute: number;
}

const MINUTE_MS = 60_000;

export type Taken =
  | { readonly waitMs: 0; readonly fullAt: number }
  | { readonly waitMs: number; readonly fullAt?: never };

/** Takes one from a bucket that is full at `fullAt`. @returns how long to wait where there is none left */
export function takeOne(perMinute: number, fullAt: number | undefined, now: number): Taken {
  const next = Math.max(fullAt ?? now, now) + MINUTE_MS / perMinute;
  const waitMs = next - MINUTE_MS - now;
  // What is added up of fractions may be over by one of their last digits.
  return waitMs > 0.001 ? { waitMs } : { waitMs: 0, fullAt: next };
}

/** Buckets that many processes take from. */
export interface SharedBuckets {
  /**
   * Takes one from each, or none from any.
   * @returns how long to wait for each, in milliseconds; undefined if that cannot be told now
   */
  take(buckets: readonly Bucket[]): Promise<readonly number[] | undefined>;
}
