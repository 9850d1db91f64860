import type { Caller } from "../auth/verifier.ts";
import { DeferredError } from "../error.ts";
import { rateLimited } from "../metrics/http.ts";
import type { Bucket, SharedBuckets } from "./bucket.ts";
import { OwnBuckets } from "./own-buckets.ts";

/** Calls in a minute; 0 for any number. */
export interface RateLimits {
  readonly userPerMinute: number;
  readonly tenantPerMinute: number;
}

/** Lets a user, and all of a tenant's together, make so many calls and no more. */
export class Limiter {
  readonly #own = new OwnBuckets();

  /** @param shared what all processes take from; without it each has buckets of its own */
  constructor(
    private readonly limits: RateLimits,
    private readonly shared?: SharedBuckets,
  ) {}

  /** @throws DeferredError `too_many_requests`, which changes nothing */
  async take(caller: Pick<Caller, "userId" | "tenantId">): Promise<void> {
    const buckets = this.#bucketsOf(caller);
    if (buckets.length === 0) return;
    const waits = await this.#take(buckets);
    const waitMs = Math.max(...waits);
    if (waitMs === 0) return;
    rateLimited.inc({ scope: scopeOf(buckets[waits.indexOf(waitMs)]) });
    throw new DeferredError("too_many_requests", "Too many calls; please wait a little.", waitMs);
  }

  async #take(buckets: readonly Bucket[]): Promise<readonly number[]> {
    const waits = await this.shared?.take(buckets);
    // What was taken together counts here as well: when the others cannot be asked, nobody starts anew.
    if (!waits || waits.every((wait) => wait === 0)) {
      const own = this.#own.take(buckets);
      return waits ?? own;
    }
    return waits;
  }

  #bucketsOf({ userId, tenantId }: Pick<Caller, "userId" | "tenantId">): Bucket[] {
    const { userPerMinute, tenantPerMinute } = this.limits;
    return [
      { key: `user:${userId}`, perMinute: userPerMinute },
      { key: `tenant:${tenantId}`, perMinute: tenantPerMinute },
    ].filter(({ perMinute }) => perMinute > 0);
  }
}

function scopeOf(bucket: Bucket | undefined): string {
  return bucket?.key.split(":")[0] ?? "";
}
