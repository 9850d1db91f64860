import type { Service } from "../service.ts";

/** `unknown` where nobody can say: it is never a guess. */
export type PresenceStatus = "online" | "offline" | "unknown";

/** One socket of one user. */
export interface PresentConnection {
  readonly id: string;
  readonly userId: string;
}

export interface PresenceTimes {
  /** A connection of which nothing was heard for so long is gone: its process has died. */
  readonly ttlMs: number;
  /** How often a process tells of its connections again. */
  readonly refreshMs: number;
  /** How long a user is still shown as online without a connection: a page that is loaded again is back by then. */
  readonly graceMs: number;
  /** Within this time a process that lives has found its way back to a Redis that it can reach. */
  readonly returnMs: number;
  /** How often each process looks for users who are gone. */
  readonly sweepEveryMs: number;
}

export const PRESENCE_TIMES: PresenceTimes = {
  ttlMs: 60_000,
  refreshMs: 25_000,
  graceMs: 3_000,
  returnMs: 5_000,
  sweepEveryMs: 1_000,
};

/** What a store says of some users. */
export interface Look {
  /** Whether those who are in neither set are surely away. */
  readonly known: boolean;
  readonly connected: ReadonlySet<string>;
  /** Without a connection, for less than the grace: shown as online. */
  readonly leaving: ReadonlySet<string>;
}

export interface Sweep {
  /** Whether the store knows of everybody who is connected. */
  readonly known: boolean;
  /** The store may have lost what it was told: it is to be told of every connection again. */
  readonly lost: boolean;
  /** The users who are offline from now on. */
  readonly gone: readonly string[];
}

/** Who is connected, to whichever process. Every method answers `undefined` while the store is away, and none rejects. */
export interface PresenceStore extends Service {
  /**
   * Tells that these connections live; they are forgotten unless that is told again.
   * @returns the users who were offline before
   */
  touch(connections: readonly PresentConnection[]): Promise<readonly string[] | undefined>;
  /** Tells that these connections are over. */
  leave(connections: readonly PresentConnection[]): Promise<true | undefined>;
  /** Takes out some users whose time is up; nobody else is told of them. */
  sweep(): Promise<Sweep | undefined>;
  look(userIds: readonly string[]): Promise<Look | undefined>;
}

/** How a user is shown to others. */
export function statusOf(userId: string, look: Look | undefined): PresenceStatus {
  if (look?.connected.has(userId) || look?.leaving.has(userId)) return "online";
  return look?.known ? "offline" : "unknown";
}
