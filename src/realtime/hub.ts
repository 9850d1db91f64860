import { AppError } from "../error.ts";
import type { Topic } from "../event/event.ts";
import { type Service, sleep } from "../service.ts";
import { BUFFER_BYTES_MAX, type Connection, type ConnectionFields } from "./connection.ts";
import { CLOSE } from "./frame.ts";
import { UserSockets } from "./user-sockets.ts";

/** More tabs than anybody has; it keeps one user from taking all of a process's sockets. */
const CONNECTIONS_PER_USER_MAX = 50;
const CHECK_EVERY_MS = 500;
/** After so much has been published, all sockets are measured: none is further beyond its limit than that. */
const UNMEASURED_LENGTH_MAX = BUFFER_BYTES_MAX;
/** Sockets closed at once on a stop; their clients all come back somewhere. */
const CLOSE_BATCH = 200;
const CLOSE_PAUSE_MS = 20;
/** How long a stop waits for those who are behind; beyond it they are cut off one by one. */
const CLOSE_WAIT_MS = 4_000;
const CLOSE_POLL_MS = 20;
/** A close frame that has been sent is still to arrive, and its answer to come: a process that ends resets it. */
const CLOSE_LINGER_MS = 300;

const RESTARTING = "The server is restarting.";

/** Is told who comes and goes. */
export interface Attendance {
  connected(connection: ConnectionFields): void;
  disconnected(connection: ConnectionFields): void;
}

/** What the hub needs of the server that its sockets are of. */
export interface Publisher {
  /** Writes to every socket that follows the topic, in the order of the calls. @returns 0 if none does */
  publish(topic: string, data: string): number;
}

/**
 * The sockets of this process. Who follows what is known to the native sockets alone: a publication is one
 * call, however many hear it. Bun buffers without a limit for those who are slow, and drops nothing; so all are
 * measured again and again, by time and by what was published, and those who are too far behind are closed.
 */
export class Hub implements Service {
  readonly name = "sockets";
  readonly #all = new Set<Connection>();
  readonly #users = new Map<string, UserSockets>();
  #publisher: Publisher | undefined;
  /** In characters, since all were measured. */
  #unmeasuredLength = 0;
  #timer: ReturnType<typeof setInterval> | undefined;
  #stopped = false;

  constructor(private readonly attendance: Attendance) {}

  /** Says whose sockets they are, before the first of them opens. */
  attach(publisher: Publisher): void {
    this.#publisher = publisher;
  }

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
    const open = this.#users.get(userId)?.connections.length ?? 0;
    if (open >= CONNECTIONS_PER_USER_MAX)
      throw new AppError(
        "too_many_requests",
        `A user may have ${CONNECTIONS_PER_USER_MAX} connections open at once.`,
      );
  }

  /** @returns all sockets of its user, itself among them */
  add(connection: Connection): UserSockets {
    const { userId } = connection.fields;
    const user = this.#users.get(userId) ?? new UserSockets(userId);
    this.#users.set(userId, user);
    this.#all.add(connection);
    user.add(connection);
    this.attendance.connected(connection.fields);
    return user;
  }

  /** @returns the sockets of its user, if there is none any more */
  remove(connection: Connection): UserSockets | undefined {
    const { userId } = connection.fields;
    if (this.#all.delete(connection)) this.attendance.disconnected(connection.fields);
    const user = this.#users.get(userId);
    user?.remove(connection);
    if (user?.connections.length !== 0) return undefined;
    this.#users.delete(userId);
    return user;
  }

  /** The sockets of a user, if there are any here. */
  user(userId: string): UserSockets | undefined {
    return this.#users.get(userId);
  }

  /** Sends a frame to everybody who follows a topic. @returns whether anybody does */
  publish(topic: Topic, data: string): boolean {
    this.#unmeasuredLength += data.length;
    if (this.#unmeasuredLength > UNMEASURED_LENGTH_MAX) this.#measure();
    return this.#publisher !== undefined && this.#publisher.publish(topic, data) !== 0;
  }

  /** Nobody follows it any more. @returns whose sockets did */
  abandon(topic: Topic): UserSockets[] {
    return [...this.#users.values()].filter(({ connections }) => {
      const followed = connections.filter((connection) => connection.unfollow(topic));
      return followed.length > 0;
    });
  }

  /** How many sockets each tenant has open here. */
  countByTenant(): ReadonlyMap<string, number> {
    const counts = new Map<string, number>();
    for (const { fields } of this.#all)
      counts.set(fields.tenantId, (counts.get(fields.tenantId) ?? 0) + 1);
    return counts;
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

  #measure(): void {
    this.#unmeasuredLength = 0;
    for (const connection of this.#all) connection.measure();
  }

  #check(): void {
    this.#unmeasuredLength = 0;
    for (const connection of this.#all) connection.check();
  }
}
