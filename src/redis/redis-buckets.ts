import type { Bucket, SharedBuckets } from "../limit/bucket.ts";
import type { Service } from "../service.ts";
import { Link } from "./link.ts";

/** No call waits longer for Redis than this … */
const PATIENCE_MS = 50;
/** … and after one that did, the others do not ask for so long. */
const REST_MS = 1_000;
const KEY_PREFIX = "rag_limit:";

/**
 * As `takeOne` of limit/bucket.ts, for several buckets at once: all or none. By Redis' own clock, since those
 * of the processes differ. A bucket's key goes when it is full.
 */
const TAKE = `
local time = redis.call('TIME')
local now = time[1] * 1000 + time[2] / 1000
local fullAt, waits, enough = {}, {}, true
for i, key in ipairs(KEYS) do
  fullAt[i] = math.max(tonumber(redis.call('GET', key)) or now, now) + 60000 / ARGV[i]
  waits[i] = math.max(0, math.ceil(fullAt[i] - 60000 - now - 0.001))
  enough = enough and waits[i] == 0
end
if enough then
  for i, key in ipairs(KEYS) do
    redis.call('SET', key, string.format('%.3f', fullAt[i]), 'PX', math.ceil(fullAt[i] - now))
  end
end
return waits`;

/** Buckets in Redis. Where it does not answer at once it is not waited for. */
export class RedisBuckets implements SharedBuckets, Service {
  readonly name = "rate limits";
  readonly #link: Link;
  /** By `performance.now()`. */
  #restUntil = 0;

  constructor(url: string) {
    this.#link = new Link(url, { blocking: false });
  }

  async start(): Promise<void> {
    await this.#link.start();
  }

  async stop(): Promise<void> {
    await this.#link.stop();
  }

  async take(buckets: readonly Bucket[]): Promise<readonly number[] | undefined> {
    if (performance.now() < this.#restUntil) return undefined;
    const keys = buckets.map(({ key }) => KEY_PREFIX + key);
    const rates = buckets.map(({ perMinute }) => perMinute);
    const late = Promise.withResolvers<undefined>();
    const timer = setTimeout(() => {
      this.#restUntil = performance.now() + REST_MS;
      late.resolve(undefined);
    }, PATIENCE_MS);
    const waits = await Promise.race([this.#link.eval<number[]>(TAKE, keys, rates), late.promise]);
    clearTimeout(timer);
    return waits;
  }
}
