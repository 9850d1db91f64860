import { type Bus, type Handler, TOPICS } from "../event/bus.ts";
import { SharedSubscriptions } from "../event/shared-subscriptions.ts";
import { sleep } from "../service.ts";

/** Redis answers within moments; while it does not, the log tells everything. */
const ACTIVE_WAIT_MS = 1_000;

interface Followed {
  holders: number;
  /** From when on nothing of it is missed, in milliseconds of `performance.now()`. */
  since: number;
  readonly following: Promise<void>;
}

interface TenantsDeps {
  readonly bus: Bus;
  readonly onEvent: Handler;
  readonly onJob: Handler;
  /** Resolves when nobody reads the log any more with the tenants of before. */
  readonly settled: () => Promise<void>;
}

/**
 * The tenants whose events concern sockets of this process: it listens to their channels, and reads their part of
 * the log, and no other.
 */
export class Tenants {
  readonly #events: SharedSubscriptions;
  readonly #jobs: SharedSubscriptions;
  readonly #settled: () => Promise<void>;
  readonly #followed = new Map<string, Followed>();

  constructor({ bus, onEvent, onJob, settled }: TenantsDeps) {
    this.#events = new SharedSubscriptions(bus, onEvent);
    this.#jobs = new SharedSubscriptions(bus, onJob);
    this.#settled = settled;
  }

  get ids(): readonly string[] {
    return [...this.#followed.keys()];
  }

  get count(): number {
    return this.#followed.size;
  }

  /** Whether all that is committed after a moment, in milliseconds of `performance.now()`, comes. */
  isFollowedSince(tenantId: string, momentMs: number): boolean {
    return (this.#followed.get(tenantId)?.since ?? Infinity) <= momentMs;
  }

  /** Follows a tenant's events, once for each `release`. */
  hold(tenantId: string): void {
    const followed = this.#followed.get(tenantId) ?? this.#follow(tenantId);
    followed.holders++;
  }

  /** Resolves when all that is committed from then on comes. */
  async following(tenantId: string): Promise<void> {
    await this.#followed.get(tenantId)?.following;
  }

  release(tenantId: string): void {
    const followed = this.#followed.get(tenantId);
    if (!followed || --followed.holders > 0) return;
    this.#followed.delete(tenantId);
    this.#events.release(TOPICS.tenantEvents(tenantId));
  }

  /** Follows the events and jobs of a socket's own tenant, once for each `leave`. Resolves as `following` does. */
  async enter(tenantId: string): Promise<void> {
    const jobs = this.#jobs.hold(TOPICS.tenantJobs(tenantId));
    this.hold(tenantId);
    await Promise.all([this.following(tenantId), forAWhile(jobs)]);
  }

  leave(tenantId: string): void {
    this.#jobs.release(TOPICS.tenantJobs(tenantId));
    this.release(tenantId);
  }

  #follow(tenantId: string): Followed {
    const follow = async () => {
      await forAWhile(this.#events.hold(TOPICS.tenantEvents(tenantId)));
      await this.#settled();
      followed.since = performance.now();
    };
    const followed = { holders: 0, since: Infinity, following: Promise.resolve() };
    this.#followed.set(tenantId, followed);
    return Object.assign(followed, { following: follow() });
  }
}

async function forAWhile(active: Promise<boolean>): Promise<void> {
  const waited = new AbortController();
  await Promise.race([active, sleep(ACTIVE_WAIT_MS, waited.signal)]);
  waited.abort();
}
