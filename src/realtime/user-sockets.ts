import type { Topic } from "../event/event.ts";
import type { Connection } from "./connection.ts";

/** The sockets of one user in this process. */
export class UserSockets {
  #connections: readonly Connection[] = [];
  /** Counts what has been told of changes in what the user follows. */
  changes = 0;
  /** Whose events they follow, beside those of the sockets' own tenants. */
  tenantIds: readonly string[] = [];
  /** What they began to follow on being told to, until the database has been asked. */
  joined: Set<Topic> | undefined;
  /** What they stopped following on being told to, until then; and when, in milliseconds. */
  left: Map<Topic, number> | undefined;

  constructor(readonly userId: string) {}

  get connections(): readonly Connection[] {
    return this.#connections;
  }

  add(connection: Connection): void {
    this.#connections = [...this.#connections, connection];
  }

  remove(connection: Connection): void {
    this.#connections = this.#connections.filter((each) => each !== connection);
  }

  /** Follows what its user is told to have come into, unless they have just been told to have left it. */
  join(topic: Topic): void {
    if (this.left?.has(topic)) return;
    for (const connection of this.#connections)
      if (connection.isReady && connection.follow(topic)) (this.joined ??= new Set()).add(topic);
  }

  leave(topic: Topic): void {
    this.joined?.delete(topic);
    for (const connection of this.#connections)
      if (connection.unfollow(topic)) this.noteLeft(topic);
  }

  noteLeft(topic: Topic): void {
    this.left ??= new Map();
    if (!this.left.has(topic)) this.left.set(topic, performance.now());
  }

  /** Follows no more what nobody but a copy has vouched for. */
  leaveUnconfirmed(): void {
    for (const topic of this.joined ?? [])
      for (const connection of this.#connections) connection.unfollow(topic);
    this.joined = undefined;
  }

  /** Everything that it follows, be it on one socket alone. */
  get topics(): Set<Topic> {
    return new Set(this.#connections.flatMap((connection) => connection.topics));
  }
}
