import { AppError } from "../error.ts";
import { type Service, sleep } from "../service.ts";
import type { Connection } from "./connection.ts";
import { CLOSE, type Frame } from "./frame.ts";

/** More tabs than anybody has; it keeps one user from taking all of a process's sockets. */
const CONNECTIONS_PER_USER_MAX = 50;
const CHECK_EVERY_MS = 500;
/** Sockets closed at once on a stop; their clients all come back somewhere. */
const CLOSE_BATCH = 200;
const CLOSE_PAUSE_MS = 20;
/** How long a stop waits for those who are behind; beyond it they are cut off one by one. */
const CLOSE_WAIT_MS = 4_000;
const CLOSE_POLL_MS = 20;
/** A close frame that has been sent is still to arrive, and its answer to come: a process that ends resets it. */
const CLOSE_LINGER_MS = 300;

const RESTARTING = "The server is restarting.";

/**
 * The sockets of this process, by user and by tenant. Nobody subscribes to anything: a socket has two topics,
 * its user's and its tenant's, which its token names.
 */
export class Hub implements Service {
  readonly name = "sockets";
  readonly #all = new Set<Connection>();
  readonly #byUser = new Map<string, Set<Connection>>();
  readonly #byTenant = new Map<string, Set<Connection>>();
  #timer: ReturnType<typeof setInterval> | undefined;
  #stopped = false;

  async start(): Promise<void> {
    this.#timer = setInterval(() => this.#check(), CHECK_EVERY_MS);
  }

  /** Closes every socket in batches, and waits a bounded time until they are closed. */
  async stop(): Promise<void> {
    this.#stopped = true;
    const open = [...this.#all];
    for (const [index, connection] of open.entries()) {
      connection.close(CLOSE.restarting, RESTARTING);
      if ((index + 1) % CLOSE_BATCH === 0) await Bun.sleep(CLOSE_PAUSE_MS);
    }
    const deadline = performance.now() + CLOSE_WAIT_MS;
    while (this.#all.size > 0 && performance.now() < deadline) await sleep(CLOSE_POLL_MS);
    if (open.length > 0) await sleep(CLOSE_LINGER_MS);
    clearInterval(this.#timer);
  }

  /**
   * Whether one more socket of this user may open now.
   * @throws AppError `unavailable` while stopping, `too_many_requests` for a user who has too many
   */
  admit(userId: string): void {
    if (this.#stopped) throw new AppError("unavailable", RESTARTING);
    if ((this.#byUser.get(userId)?.size ?? 0) >= CONNECTIONS_PER_USER_MAX)
      throw new AppError(
        "too_many_requests",
        `A user may have ${CONNECTIONS_PER_USER_MAX} connections open at once.`,
      );
  }

  add(connection: Connection): void {
    this.#all.add(connection);
    addTo(this.#byUser, connection.fields.userId, connection);
    addTo(this.#byTenant, connection.fields.tenantId, connection);
  }

  remove(connection: Connection): void {
    this.#all.delete(connection);
    removeFrom(this.#byUser, connection.fields.userId, connection);
    removeFrom(this.#byTenant, connection.fields.tenantId, connection);
  }

  toUser(userId: string, frame: Frame): void {
    broadcast(this.#byUser.get(userId), frame);
  }

  toTenant(tenantId: string, frame: Frame): void {
    broadcast(this.#byTenant.get(tenantId), frame);
  }

  /** The provider's sessions that sockets are open of, each once. */
  sessionIds(): string[] {
    return [...new Set([...this.#all].flatMap(({ fields }) => fields.sessionId ?? []))];
  }

  /** Closes the sockets of sessions that have ended. */
  endSessions(ended: ReadonlySet<string>): void {
    for (const connection of this.#all)
      if (ended.has(connection.fields.sessionId ?? ""))
        connection.close(CLOSE.tokenExpired, "The session has ended.");
  }

  #check(): void {
    for (const connection of this.#all) connection.check();
  }
}

function broadcast(connections: ReadonlySet<Connection> | undefined, frame: Frame): void {
  if (!connections) return;
  const data = JSON.stringify(frame);
  for (const connection of connections) connection.send(data);
}

function addTo(map: Map<string, Set<Connection>>, key: string, connection: Connection): void {
  const connections = map.get(key) ?? new Set();
  connections.add(connection);
  map.set(key, connections);
}

function removeFrom(map: Map<string, Set<Connection>>, key: string, connection: Connection): void {
  const connections = map.get(key);
  connections?.delete(connection);
  if (connections?.size === 0) map.delete(key);
}
