import { Elysia } from "elysia";
import type { Authenticator } from "../auth/authenticator.ts";
import { type Caller, unauthorized } from "../auth/verifier.ts";
import { messageOf } from "../error.ts";
import { logger } from "../log.ts";
import type { Sql } from "../postgres/sql.ts";
import { BUFFER_BYTES_MAX, Connection, type Socket } from "./connection.ts";
import { CLOSE } from "./frame.ts";
import type { Hub } from "./hub.ts";
import type { LogTail } from "./log-tail.ts";
import type { Memberships } from "./memberships.ts";
import { permitOf, Renewals } from "./renewal.ts";
import { replay } from "./replay.ts";

export interface SocketDeps {
  readonly sql: Sql;
  readonly authenticator: Authenticator;
  readonly hub: Hub;
  readonly tail: LogTail;
  readonly memberships: Memberships;
}

interface Client {
  readonly connection: Connection;
  readonly renewals: Renewals;
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
  const clients = new Map<string, Client>();
  return new Elysia()
    .derive({ as: "local" }, async ({ request }) => ({
      id: crypto.randomUUID(),
      caller: await signIn(deps.authenticator, request),
      since: new URL(request.url).searchParams.get("since"),
    }))
    .ws("/ws", {
      // Elysia calls this once more right before the upgrade, so that no two can take the last place.
      beforeHandle({ caller }) {
        deps.hub.admit(caller.userId);
      },
      open(ws) {
        const { id, caller, since } = ws.data;
        const { userId, tenantId } = caller;
        const connection = new Connection(
          { id, userId, tenantId, ...permitOf(caller) },
          native(ws.raw),
        );
        clients.set(id, { connection, renewals: new Renewals(deps.authenticator, connection) });
        welcome(deps, connection, since).catch((error: unknown) => {
          logger("realtime").warn(`A socket could not be served: ${messageOf(error)}`);
          connection.close(CLOSE.restarting, "The events could not be read; please reconnect.");
        });
      },
      message(ws, message: unknown) {
        const client = clients.get(ws.data.id);
        if (client?.connection.admit()) receive(client, message);
      },
      ping(ws) {
        clients.get(ws.data.id)?.connection.admit();
      },
      pong(ws) {
        const client = clients.get(ws.data.id);
        if (client?.connection.admit()) client.connection.ponged();
      },
      drain(ws) {
        clients.get(ws.data.id)?.connection.onDrain();
      },
      close(ws) {
        const connection = clients.get(ws.data.id)?.connection;
        clients.delete(ws.data.id);
        if (!connection) return;
        connection.onClose();
        deps.hub.remove(connection);
      },
    });
}

async function signIn(authenticator: Authenticator, request: Request): Promise<Caller> {
  const header = /^Bearer +(\S+)$/i.exec(request.headers.get("authorization") ?? "")?.[1];
  const token = new URL(request.url).searchParams.get("token") ?? header;
  if (!token) throw unauthorized("The socket needs a token: '/ws?token=…'.");
  return await authenticator.signIn(token);
}

/** Bun's own socket, of which Elysia's types know only a part. */
function native(raw: unknown): Socket {
  return raw as Socket;
}

/** Live first, then the replay: what happens between the two is told twice rather than not at all. */
async function welcome(
  { sql, hub, tail, memberships }: SocketDeps,
  connection: Connection,
  since: string | null,
): Promise<void> {
  const { id, userId, tenantId } = connection.fields;
  const topics = await memberships.of(userId);
  if (!connection.isOpen) return;
  const payload = {
    user_id: userId,
    tenant_id: tenantId,
    connection_id: id,
    cursor: tail.cursor,
  };
  connection.sendFrame({ type: "ready", payload });
  hub.add(connection, topics);
  if (since !== null) await replay(sql, connection, since);
}

function receive({ connection, renewals }: Client, message: unknown): void {
  if (!isFrame(message))
    return connection.close(CLOSE.malformed, "A frame is a JSON object with a type.");
  // Types that this version does not know may be a newer client's.
  if (message.type === "ping") connection.sendFrame({ type: "pong" });
  if (message.type === "auth") renewals.take(message.token);
}

function isFrame(message: unknown): message is { type: string; token?: unknown } {
  return (
    typeof message === "object" &&
    message !== null &&
    "type" in message &&
    typeof message.type === "string"
  );
}
