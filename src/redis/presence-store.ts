import { type Redis, ReplyError } from "ioredis";
import type {
  Look,
  PresenceStore,
  PresenceTimes,
  PresentConnection,
  Sweep,
} from "../presence/presence.ts";
import { Link } from "./link.ts";
import { EPOCH_KEY, LEAVE, LOOK, SWEEP, TOUCH, USERS_KEY, userKey } from "./presence-script.ts";

const SWEEP_MAX = 500;
const LOOK_MAX = 500;

/** Presence that many processes share: each connection is kept in Redis until its time is up. */
export class RedisPresenceStore implements PresenceStore {
  readonly name = "presence in Redis";
  readonly #link: Link;
  /** Of the server that the link leads to. */
  #run = "";
  /** The one that this process has seen last; '' before the first. */
  #epoch = "";

  constructor(
    url: string,
    private readonly times: PresenceTimes,
  ) {
    this.#link = new Link(url, { blocking: false, greet: (redis) => this.#greet(redis) });
  }

  start(): Promise<void> {
    return this.#link.start();
  }

  stop(): Promise<void> {
    return this.#link.stop();
  }

  async touch(connections: readonly PresentConnection[]): Promise<string[] | undefined> {
    return await this.#link.eval<string[]>(TOUCH, ...argumentsOf(connections, this.times.ttlMs));
  }

  async leave(connections: readonly PresentConnection[]): Promise<true | undefined> {
    const done = await this.#link.eval(LEAVE, ...argumentsOf(connections, this.times.graceMs));
    return done === undefined ? undefined : true;
  }

  async sweep(): Promise<Sweep | undefined> {
    const { refreshMs, ttlMs, returnMs } = this.times;
    const before = this.#epoch;
    const reply = await this.#link.eval<[string, number, string[]]>(
      SWEEP,
      [USERS_KEY, EPOCH_KEY],
      [this.#run, refreshMs, ttlMs, returnMs, SWEEP_MAX, before],
    );
    if (!reply) return undefined;
    const [epoch, known, gone] = reply;
    this.#epoch = epoch;
    return { known: known === 1, lost: before !== "" && epoch !== before, gone };
  }

  /** All parts go out together; between two of them Redis has time for others. */
  async look(userIds: readonly string[]): Promise<Look | undefined> {
    const looks: Promise<Look | undefined>[] = [];
    for (let from = 0; from === 0 || from < userIds.length; from += LOOK_MAX)
      looks.push(this.#look(userIds.slice(from, from + LOOK_MAX)));
    return (await Promise.all(looks)).reduce(both);
  }

  async #look(userIds: readonly string[]): Promise<Look | undefined> {
    const reply = await this.#link.eval<[number, number[]]>(
      LOOK,
      [USERS_KEY, EPOCH_KEY, ...userIds.map(userKey)],
      [this.#run, this.times.refreshMs],
    );
    if (!reply) return undefined;
    const [known, found] = reply;
    const those = (what: number) => new Set(userIds.filter((_, index) => found[index] === what));
    return { known: known === 1, connected: those(2), leaving: those(1) };
  }

  async #greet(redis: Redis): Promise<void> {
    // Not everybody may ask that. Then a server that restarted with older data is noticed by its gap alone.
    const info = await redis.info("server").catch((error: unknown) => {
      if (error instanceof ReplyError) return "";
      throw error;
    });
    this.#run = /^run_id:(\w+)/m.exec(info)?.[1] ?? "";
  }
}

function both(one: Look | undefined, other: Look | undefined): Look | undefined {
  if (!one || !other) return undefined;
  return {
    known: one.known && other.known,
    connected: one.connected.union(other.connected),
    leaving: one.leaving.union(other.leaving),
  };
}

function argumentsOf(
  connections: readonly PresentConnection[],
  ms: number,
): [keys: string[], values: (string | number)[]] {
  const keys = connections.map(({ userId }) => userKey(userId));
  return [
    [USERS_KEY, ...keys],
    [ms, ...connections.map(({ id }) => id)],
  ];
}
