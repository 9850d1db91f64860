import { Redis } from "ioredis";

/** How long a publish may hang on a link that went silent. */
const COMMAND_TIMEOUT_MS = 2_000;
/** A connection that is given up waits this long for the other side's farewell. */
const DISCONNECT_TIMEOUT_MS = 250;

/**
 * One connection, not yet opened, that is never repaired: whoever uses it replaces it. Commands fail at once
 * while it is not open: nothing here is worth a queue in memory, PostgreSQL has it all.
 * @param blocking for BLPOP and subscriptions, whose silence is no fault
 */
export function redisConnection(url: string, { blocking }: { blocking: boolean }): Redis {
  return new Redis(url, {
    // ioredis 6 speaks RESP3 by default, which not every proxy in front of a Redis understands.
    protocol: 2,
    lazyConnect: true,
    enableOfflineQueue: false,
    enableReadyCheck: false,
    disconnectTimeout: DISCONNECT_TIMEOUT_MS,
    ...(blocking ? {} : { commandTimeout: COMMAND_TIMEOUT_MS }),
    retryStrategy: null,
  });
}
