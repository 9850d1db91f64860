import { AppError } from "../error.ts";
import type { Topic } from "../event/event.ts";
import { type Service, sleep } from "../service.ts";
import type { Connection, ConnectionFields } from "./connection.ts";
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

const NONE: ReadonlySet<Connection> = new Set();
const RESTARTING = "The server is restarting.";

/** Is told who comes and goes. */
export interface Attendance {
  connected(connection: ConnectionFields): void;
  disconnected(connection: ConnectionFields): void;
}

/** The sockets of this process, by what they follow. */
export class Hub implements Service {
  readonly name = "sockets";
  readonly #all = new Set<Connection>();
  readonly #byTopic = new Map<Topic, Set<Connection>>();
  #timer: ReturnType<typeof setInterval> | undefined;
  #stopped = false;

  constructor(private readonly attendance: Attendance) {}

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
    if (this.of(`user:${userId}`).size >= CONNECTIONS_PER_USER_MAX)
      throw new AppError(
        "too_many_requests",
        `A user may have ${CONNECTIONS_PER_USER_MAX} connections open at once.`,
      );
  }

  add(connection: Connection, topics: readonly Topic[]): void {
    const { userId, tenantId } = connection.fields;
    this.#all.add(connection);
    this.join(connection, `user:${userId}`);
    this.join(connection, `tenant:${tenantId}`);
    for (const topic of topics) this.join(connection, topic);
    this.attendance.connected(connection.fields);
  }

  remove(connection: Connection): void {
    if (this.#all.delete(connection)) this.attendance.disconnected(connection.fields);
    for (const topic of connection.topics) this.#leave(connection, topic);
  }

  join(connection: Connection, topic: Topic): void {
    if (!this.#all.has(connection)) return;
    connection.topics.add(topic);
    const connections = this.#byTopic.get(topic) ?? new Set();
    connections.add(connection);
    this.#byTopic.set(topic, connections);
  }

  /** Follows these workspaces and conversations and no others. */
  follow(connection: Connection, topics: ReadonlySet<Topic>): void {
    for (const topic of connection.topics)
      if (/^(?:workspace|conversation):/.test(topic) && !topics.has(topic))
        this.#leave(connection, topic);
    for (const topic of topics) this.join(connection, topic);
  }

  #leave(connection: Connection, topic: Topic): void {
    connection.topics.delete(topic);
    const connections = this.#byTopic.get(topic);
    connections?.delete(connection);
    if (connections?.size === 0) this.#byTopic.delete(topic);
  }

  of(topic: Topic): ReadonlySet<Connection> {
    return this.#byTopic.get(topic) ?? NONE;
  }

  publish(topic: Topic, frame: Frame): void {
    const connections = this.of(topic);
    if (connections.size === 0) return;
    const data = JSON.stringify(frame);
    for (const connection of connections) connection.send(data);
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
