import {
  type Look,
  PRESENCE_TIMES,
  type PresenceStore,
  type PresenceTimes,
  type PresentConnection,
  type Sweep,
} from "./presence.ts";

/** Presence in an engine that is one process: what it has connected is all there is. */
export class InProcessPresenceStore implements PresenceStore {
  readonly name = "presence";
  readonly #connections = new Map<string, Set<string>>();
  /** Until when those without a connection are still shown as online, the first first. */
  readonly #leaving = new Map<string, number>();

  constructor(
    private readonly times: Pick<PresenceTimes, "graceMs"> = PRESENCE_TIMES,
    /** A clock that never goes back, in milliseconds. */
    private readonly now: () => number = () => performance.now(),
  ) {}

  start(): Promise<void> {
    return Promise.resolve();
  }

  stop(): Promise<void> {
    return Promise.resolve();
  }

  touch(connections: readonly PresentConnection[]): Promise<string[]> {
    return Promise.resolve(connections.flatMap((connection) => this.#add(connection)));
  }

  leave(connections: readonly PresentConnection[]): Promise<true> {
    for (const connection of connections) this.#remove(connection);
    return Promise.resolve(true);
  }

  sweep(): Promise<Sweep> {
    const gone: string[] = [];
    for (const [userId, untilMs] of this.#leaving) {
      if (untilMs > this.now()) break;
      this.#leaving.delete(userId);
      gone.push(userId);
    }
    return Promise.resolve({ known: true, lost: false, gone });
  }

  look(userIds: readonly string[]): Promise<Look> {
    const connected = new Set(userIds.filter((id) => this.#connections.has(id)));
    const leaving = new Set(userIds.filter((id) => this.#leaving.has(id)));
    return Promise.resolve({ known: true, connected, leaving });
  }

  /** @returns the user, if they were offline */
  #add({ id, userId }: PresentConnection): string[] {
    const present = this.#connections.get(userId);
    if (present) {
      present.add(id);
      return [];
    }
    this.#connections.set(userId, new Set([id]));
    return this.#leaving.delete(userId) ? [] : [userId];
  }

  #remove({ id, userId }: PresentConnection): void {
    const present = this.#connections.get(userId);
    if (!present?.delete(id) || present.size > 0) return;
    this.#connections.delete(userId);
    this.#leaving.set(userId, this.now() + this.times.graceMs);
  }
}
