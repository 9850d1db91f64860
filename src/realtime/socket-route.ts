import { Elysia } from "elysia";
import { type Caller, LEEWAY_SECONDS, unauthorized, type Verifier } from "../auth/verifier.ts";
import { messageOf } from "../error.ts";
import { logger } from "../log.ts";
import type { Sql } from "../postgres/sql.ts";
import { BUFFER_BYTES_MAX, Connection } from "./connection.ts";
import { CLOSE } from "./frame.ts";
import type { Hub } from "./hub.ts";
import type { LogTail } from "./log-tail.ts";
import { replay } from "./replay.ts";

export interface SocketDeps {
  readonly sql: Sql;
  readonly verifier: Verifier;
  readonly hub: Hub;
  readonly tail: LogTail;
}

/** Bun's limits for every socket. Elysia takes them from the outermost app alone. */
export const SOCKET_LIMITS = {
  maxPayloadLength: 64 * 1024,
  backpressureLimit: BUFFER_BYTES_MAX,
  // The hub drops the silent itself; Bun's own timer is only a net below it.
  idleTimeout: 120,
  sendPings: false,
} as const;

/** `GET /ws`: signs in before the upgrade, then follows the user's events. */
export function socketRoute(deps: SocketDeps) {
  // Elysia wraps the socket anew for each event, and not at all for a pong: what they share is their data.
  const connections = new Map<string, Connection>();
  return new Elysia()
    .derive({ as: "local" }, async ({ request }) => ({
      id: crypto.randomUUID(),
      caller: await signIn(deps.verifier, request),
      since: new URL(request.url).searchParams.get("since"),
    }))
    .ws("/ws", {
      open(ws) {
        const { id, caller, since } = ws.data;
        const connection = new Connection(fieldsOf(id, caller), ws.raw);
        connections.set(id, connection);
        welcome(deps, connection, since);
      },
      message(ws, message: unknown) {
        const connection = connections.get(ws.data.id);
        if (connection) receive(connection, message);
      },
      pong(ws) {
        connections.get(ws.data.id)?.heard();
      },
      close(ws) {
        const connection = connections.get(ws.data.id);
        connections.delete(ws.data.id);
        if (connection) deps.hub.remove(connection);
      },
    });
}

async function signIn(verifier: Verifier, request: Request): Promise<Caller> {
  const header = /^Bearer +(\S+)$/i.exec(request.headers.get("authorization") ?? "")?.[1];
  const token = new URL(request.url).searchParams.get("token") ?? header;
  if (!token) throw unauthorized("The socket needs a token: '/ws?token=…'.");
  return await verifier.verify(token);
}

function fieldsOf(id: string, { userId, tenantId, expiresAtMs }: Caller) {
  // A token that was let in on leeway keeps it.
  const leewayMs = expiresAtMs <= Date.now() ? LEEWAY_SECONDS * 1000 : 0;
  return { id, userId, tenantId, expiresAtMs: expiresAtMs + leewayMs };
}

function welcome(
  { sql, hub, tail }: SocketDeps,
  connection: Connection,
  since: string | null,
): void {
  const { id, userId, tenantId } = connection.fields;
  const payload = {
    user_id: userId,
    tenant_id: tenantId,
    connection_id: id,
    cursor: tail.cursor,
  };
  connection.sendFrame({ type: "ready", payload });
  // Live first, then the replay: what happens between the two is told twice rather than not at all.
  hub.add(connection);
  if (since === null) return;
  replay(sql, connection, since).catch((error: unknown) => {
    logger("realtime").warn(`A replay failed: ${messageOf(error)}`);
    connection.close(CLOSE.restarting, "The replay failed; please reconnect.");
  });
}

function receive(connection: Connection, message: unknown): void {
  connection.heard();
  const type = frameType(message);
  if (type === undefined)
    return connection.close(CLOSE.malformed, "A frame is a JSON object with a type.");
  // Types that this version does not know may be a newer client's.
  if (type === "ping") connection.sendFrame({ type: "pong" });
}

function frameType(message: unknown): string | undefined {
  if (typeof message !== "object" || message === null || !("type" in message)) return undefined;
  return typeof message.type === "string" ? message.type : undefined;
}
