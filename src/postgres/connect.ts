import postgres from "postgres";
import type { Database } from "./sql.ts";

export type ConnectTarget = { readonly url: string } | { readonly socketPath: string };

const CONNECT_TIMEOUT_SECONDS = 10;
const IDLE_TIMEOUT_SECONDS = 60;

/**
 * Opens a pool that leaves nothing behind on a connection, so that a transaction pooler may stand between:
 * no named prepared statements, no settings, no listeners.
 * @param connections the most to open; an embedded database serves one
 */
export function connect(target: ConnectTarget, connections: number): Database {
  const options = {
    prepare: false,
    connect_timeout: CONNECT_TIMEOUT_SECONDS,
    onnotice: () => undefined,
  } as const;
  return "url" in target
    ? postgres(target.url, { ...options, max: connections, idle_timeout: IDLE_TIMEOUT_SECONDS })
    : postgres({
        ...options,
        path: target.socketPath,
        user: "postgres",
        database: "postgres",
        max: 1,
      });
}

/** Closes the pool; what still runs after the time is cut off. */
export async function disconnect(sql: Database, timeoutSeconds: number): Promise<void> {
  await sql.end({ timeout: timeoutSeconds });
}
