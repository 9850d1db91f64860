import type { Config } from "../config.ts";
import { Limiter } from "../limit/limiter.ts";
import type { Running } from "./running.ts";

/** All API processes share their limits through Redis, where there is one. */
export async function openLimiter(
  { redisUrl, rateLimits }: Config,
  running: Running,
): Promise<Limiter> {
  if (!redisUrl) return new Limiter(rateLimits);
  const { RedisBuckets } = await import("../redis/redis-buckets.ts");
  return new Limiter(rateLimits, await running.add(new RedisBuckets(redisUrl)));
}
