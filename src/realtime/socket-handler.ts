import type { Authenticator } from "../auth/authenticator.ts";
import type { Caller } from "../auth/verifier.ts";
import { messageOf } from "../error.ts";
import { formatCursor } from "../event/event.ts";
import { logger } from "../log.ts";
import { countClose } from "../metrics/realtime.ts";
import { isOutage } from "../postgres/outage.ts";
import type { Sql } from "../postgres/sql.ts";
import { sleep } from "../service.ts";
import { Connection } from "./connection.ts";
import { CLOSE } from "./frame.ts";
import type { Hub } from "./hub.ts";
import type { Memberships } from "./memberships.ts";
import { permitOf, Renewals } from "./renewal.ts";
import { replay, replayFrom } from "./replay.ts";
import type { Tenants } from "./tenants.ts";
import { type Typing, TypingPace } from "./typing.ts";
import type { UserSockets } from "./user-sockets.ts";

export interface SocketDeps {
  readonly sql: Sql;
  readonly authenticator: Authenticator;
  readonly hub: Hub;
  readonly memberships: Memberships;
  readonly tenants: Tenants;
  readonly typing: Typing;
}

/** What came with the request for a socket. */
interface Arrival {
  readonly caller: Caller;
  readonly since: string | null;
}

/** What Bun keeps for each socket. */
export class Visit {
  connection: Connection | undefined;
  renewals: Renewals | undefined;
  typingPace: TypingPace | undefined;

  constructor(
    /** Until the socket is open. */
    public arrival: Arrival | undefined,
  ) {}
}

type NativeSocket = Bun.ServerWebSocket<Visit>;

/** Bun's limits for every socket. */
const SOCKET_LIMITS = {
  maxPayloadLength: 64 * 1024,
  // None: beyond a limit Bun drops what is published, and tells nobody. The hub looks who is too slow.
  backpressureLimit: 0,
  // The hub drops the silent itself; Bun's own timer is only a net below it.
  idleTimeout: 120,
  sendPings: false,
} as const;

/** How soon a replay that the database's absence has cut off is begun again. */
const OUTAGE_RETRY_MS = 1_000;

/** How the sockets of a server behave, once they are open. */
export function socketHandler(deps: SocketDeps): Bun.WebSocketHandler<Visit> {
  return {
    ...SOCKET_LIMITS,
    open: (socket) => open(deps, socket),
    message({ data }, message) {
      if (data.connection?.admit()) receive(deps, data, message);
    },
    ping({ data }) {
      data.connection?.admit();
    },
    pong({ data }) {
      if (data.connection?.admit()) data.connection.ponged();
    },
    drain({ data }) {
      data.connection?.onDrain();
    },
    close({ data }, code) {
      if (!data.connection) return;
      countClose(code);
      data.connection.onClose();
      deps.tenants.leave(data.connection.fields.tenantId);
      const user = deps.hub.remove(data.connection);
      if (user) deps.memberships.forget(user);
    },
  };
}

function open(deps: SocketDeps, socket: NativeSocket): void {
  const { arrival } = socket.data;
  if (!arrival) return socket.terminate();
  const { userId, tenantId } = arrival.caller;
  const id = crypto.randomUUID();
  const connection = new Connection({ id, userId, tenantId, ...permitOf(arrival.caller) }, socket);
  socket.data.connection = connection;
  socket.data.arrival = undefined;
  const user = deps.hub.add(connection);
  welcome(deps, connection, user, arrival.since).catch((error: unknown) => {
    logger("realtime").warn(`A socket could not be served: ${messageOf(error)}`);
    connection.close(CLOSE.restarting, "The events could not be read; please reconnect.");
  });
}

/**
 * Live first, then the replay: what happens between the two is told twice rather than not at all. Without
 * `since` it is what has been told since the memberships were read.
 */
async function welcome(
  { sql, memberships, tenants }: SocketDeps,
  connection: Connection,
  user: UserSockets,
  since: string | null,
): Promise<void> {
  const { id, userId, tenantId } = connection.fields;
  await tenants.enter(tenantId);
  const { all, logEnd } = await memberships.of(user);
  if (!connection.isOpen) return;
  const payload = {
    user_id: userId,
    tenant_id: tenantId,
    connection_id: id,
    cursor: formatCursor(logEnd),
  };
  const topics = all.map(({ topic }) => topic);
  connection.greet({ type: "ready", payload }, [`user:${userId}`, `tenant:${tenantId}`, ...topics]);
  await throughOutages(connection, () =>
    since === null ? replayFrom(sql, connection, logEnd) : replay(sql, connection, since),
  );
}

/** A replay may begin anew: the client drops what it has seen. */
async function throughOutages(connection: Connection, work: () => Promise<void>): Promise<void> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!isOutage(error) || !connection.isOpen) throw error;
      await sleep(OUTAGE_RETRY_MS);
    }
  }
}

function receive(
  { authenticator, typing }: SocketDeps,
  visit: Visit,
  message: string | Buffer<ArrayBuffer>,
): void {
  const { connection } = visit;
  if (!connection) return;
  const frame = parseFrame(message);
  if (!frame) return connection.close(CLOSE.malformed, "A frame is a JSON object with a type.");
  switch (frame.type) {
    case "ping":
      return connection.sendFrame({ type: "pong" });
    case "auth":
      visit.renewals ??= new Renewals(authenticator, connection);
      return visit.renewals.take(frame["token"]);
    case "typing":
      visit.typingPace ??= new TypingPace();
      return typing.take(connection, visit.typingPace, frame);
    default:
      return; // What this version does not know may be a newer client's.
  }
}

type ClientFrame = { readonly type: string } & Readonly<Record<string, unknown>>;

function parseFrame(message: string | Buffer<ArrayBuffer>): ClientFrame | undefined {
  if (typeof message !== "string") return undefined;
  try {
    const frame = JSON.parse(message) as unknown;
    return isFrame(frame) ? frame : undefined;
  } catch {
    return undefined;
  }
}

function isFrame(message: unknown): message is ClientFrame {
  return (
    typeof message === "object" &&
    message !== null &&
    "type" in message &&
    typeof message.type === "string"
  );
}
