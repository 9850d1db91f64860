import postgres from "postgres";
import type { Database } from "./sql.ts";

export type ConnectTarget = { readonly url: string } | { readonly socketPath: string };

const CONNECT_TIMEOUT_SECONDS = 10;
const IDLE_TIMEOUT_SECONDS = 60;

/**
 * Opens a pool. On a server's connection it leaves nothing behind, so that a transaction pooler may stand
 * between: no named prepared statements, no settings, no listeners.
 * @param connections the most to open; an embedded database serves one
 */
export function connect(target: ConnectTarget, connections: number): Database {
  const options = {
    connect_timeout: CONNECT_TIMEOUT_SECONDS,
    onnotice: () => undefined,
  } as const;
  return "url" in target
    ? postgres(target.url, {
        ...options,
        prepare: false,
        max: connections,
        idle_timeout: IDLE_TIMEOUT_SECONDS,
      })
    : postgres({
        ...options,
        // No pooler stands before the embedded database, and planning is most of its work.
        prepare: true,
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
