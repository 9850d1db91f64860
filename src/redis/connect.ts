import { Redis } from "ioredis";
import { backoffMs } from "../service.ts";

const CONNECT_TIMEOUT_MS = 3_000;
const RECONNECT = { baseMs: 100, maxMs: 3_000 } as const;
/** How long a publish may hang on a link that went silent. */
const COMMAND_TIMEOUT_MS = 2_000;

/**
 * A connection that reconnects for ever. Commands fail at once while it is down: nothing here is worth
 * a queue in memory, PostgreSQL has it all.
 * @param blocking for BLPOP and subscriptions, whose silence is no fault
 */
export function connectRedis(url: string, { blocking }: { blocking: boolean }): Redis {
  return new Redis(url, {
    // ioredis 6 speaks RESP3 by default, which not every proxy in front of a Redis understands.
    protocol: 2,
    lazyConnect: true,
    enableOfflineQueue: false,
    enableReadyCheck: false,
    autoResubscribe: false,
    maxRetriesPerRequest: 0,
    connectTimeout: CONNECT_TIMEOUT_MS,
    ...(blocking ? {} : { commandTimeout: COMMAND_TIMEOUT_MS }),
    retryStrategy: (times) => backoffMs(Math.min(times, 10), RECONNECT),
  });
}
