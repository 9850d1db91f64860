import { Type } from "@sinclair/typebox";
import { TypeCompiler } from "@sinclair/typebox/compiler";
import type { EventType, Topic } from "../event/event.ts";
import { Nudge } from "../job/nudge.ts";
import { type DatabaseHealth, poll } from "../postgres/health.ts";
import type { Sql } from "../postgres/sql.ts";
import { LoopService } from "../service.ts";
import { CatchUp } from "./catch-up.ts";
import type { Connection } from "./connection.ts";
import type { Hub } from "./hub.ts";
import type { Tenants } from "./tenants.ts";
import { listMemberships, type Membership, type Memberships as Found } from "./store.ts";
import type { UserSockets } from "./user-sockets.ts";

const Change = TypeCompiler.Compile(
  Type.Object({ workspace_id: Type.String(), conversation_id: Type.Optional(Type.String()) }),
);
const USER = "user:";
/** What a socket follows because of who is in it; nobody leaves their own topic or their tenant's. */
const CHOSEN = /^(?:workspace|conversation):/;
/** Users asked about at once: many come into a conversation together. */
const BATCH_MAX = 200;
/** A user whose memberships change more often than this while they are read has to come back. */
const READS_MAX = 10;
const IDLE_MS = 60_000;

/** What changes who follows what. */
const CHANGES: ReadonlySet<string> = new Set<EventType>([
  "workspace.joined",
  "workspace.left",
  "workspace.deleted",
  "conversation.joined",
  "conversation.left",
  "conversation.deleted",
]);

/** Whether an event of this type changes who follows what. */
export function changesMemberships(type: string): boolean {
  return CHANGES.has(type);
}

interface MembershipDeps {
  readonly sql: Sql;
  readonly health: DatabaseHealth;
  readonly hub: Hub;
  readonly tenants: Tenants;
}

/**
 * Keeps what the sockets follow as the database has it. What is told to have begun or ended is followed, or
 * followed no more, at once; and at every change told the database is asked, whose word is the last. So it does
 * not matter in which order, how late or how often changes are told. While the database is away nothing new is
 * followed.
 */
export class Memberships extends LoopService {
  readonly name = "memberships";
  /** Users of whom a change has been told since the database was asked. */
  readonly #outdated = new Set<UserSockets>();
  readonly #nudge = new Nudge();
  readonly #catchUp = new CatchUp();
  /** Counts what was told to have ended, whoever was in it. */
  #ends = 0;

  constructor(private readonly deps: MembershipDeps) {
    super();
  }

  /** What a user is in: all of it, for whoever begins to follow it at once when this resolves. */
  async of(user: UserSockets): Promise<Found> {
    for (let reads = 0; reads < READS_MAX; reads++) {
      const [before, beganAt] = [user.changes + this.#ends, performance.now()];
      const found = await listMemberships(this.deps.sql, [user.userId]);
      const newTenants = this.#hold(user, found.all, beganAt);
      if (newTenants) await newTenants;
      else if (user.changes + this.#ends === before) return found;
    }
    throw new Error("Memberships change more often than they can be read.");
  }

  /** The last socket of a user has closed. */
  forget(user: UserSockets): void {
    this.#outdated.delete(user);
    for (const id of user.tenantIds) this.deps.tenants.release(id);
    user.tenantIds = [];
  }

  /** Hears of an event, after those who follow its topic. */
  hear(topic: Topic, type: string, payload: unknown): void {
    if (!changesMemberships(type) || !Change.Check(payload)) return;
    const { workspace_id, conversation_id } = payload;
    const concerned: Topic = conversation_id
      ? `conversation:${conversation_id}`
      : `workspace:${workspace_id}`;
    if (type.endsWith(".deleted")) return this.#ended(concerned);
    const user = topic.startsWith(USER) ? this.deps.hub.user(topic.slice(USER.length)) : undefined;
    if (!user) return;
    if (type.endsWith(".joined")) user.join(concerned);
    else leave(user, concerned);
    this.#ask(user);
  }

  #ended(concerned: Topic): void {
    this.#ends++;
    for (const user of this.deps.hub.abandon(concerned)) {
      user.noteLeft(concerned);
      this.#ask(user);
    }
  }

  #ask(user: UserSockets): void {
    user.changes++;
    this.#outdated.add(user);
    this.#nudge.notify();
  }

  protected override run(signal: AbortSignal): Promise<void> {
    const { name } = this;
    const { health } = this.deps;
    const rest = async () => {
      if (this.#outdated.size === 0) await this.#nudge.wait(IDLE_MS, signal);
    };
    return poll({ name, health, signal, runOnce: () => this.#runOnce(), rest });
  }

  async #runOnce(): Promise<void> {
    const users = [...this.#outdated].slice(0, BATCH_MAX);
    try {
      if (users.length > 0) await this.#refresh(users);
      await this.#catchUp.settle(this.deps.sql);
    } catch (error) {
      for (const user of this.#outdated) user.leaveUnconfirmed();
      throw error;
    }
  }

  async #refresh(users: readonly UserSockets[]): Promise<void> {
    const beganAt = performance.now();
    const asked = users.map((user) => [user, user.changes] as const);
    const ids = users.map(({ userId }) => userId);
    const { all } = await listMemberships(this.deps.sql, ids);
    const found = Map.groupBy(all, ({ userId }) => userId);
    const waits: Promise<unknown>[] = [];
    for (const [user, changes] of asked) {
      const memberships = found.get(user.userId) ?? [];
      const newTenants = this.#hold(user, memberships, beganAt);
      if (newTenants) waits.push(newTenants);
      // Told of another change meanwhile: what was read may be older than that.
      else if (user.changes === changes) this.#apply(user, memberships);
    }
    await Promise.all(waits);
  }

  /**
   * Follows the tenants that a user's workspaces are of, and no others.
   * @returns what to wait for, to ask again, if some of it is not followed since before the database was asked:
   *   a change may have gone unheard
   */
  #hold(
    user: UserSockets,
    memberships: readonly Membership[],
    beganAt: number,
  ): Promise<unknown> | undefined {
    if (user.connections.length === 0) return undefined;
    const { tenants } = this.deps;
    const before = user.tenantIds;
    user.tenantIds = [...new Set(memberships.flatMap(({ tenantId }) => tenantId ?? []))];
    for (const id of user.tenantIds) if (!before.includes(id)) tenants.hold(id);
    for (const id of before) if (!user.tenantIds.includes(id)) tenants.release(id);
    const unheard = user.tenantIds.filter((id) => !tenants.isFollowedSince(id, beganAt));
    if (unheard.length === 0) return undefined;
    return Promise.all(unheard.map((id) => tenants.following(id)));
  }

  #apply(user: UserSockets, memberships: readonly Membership[]): void {
    this.#outdated.delete(user);
    const current = new Set(memberships.map(({ topic }) => topic));
    for (const connection of user.connections) {
      // One that is not ready reads for itself.
      if (!connection.isReady) continue;
      this.#drop(connection, current);
      for (const membership of memberships) {
        const { topic } = membership;
        // One that has begun just now has missed something too: it was told after the fact.
        if (connection.follow(topic) || user.joined?.has(topic))
          this.#catchUp.add(connection, topic, missedSeconds(user, membership));
      }
    }
    user.joined = undefined;
    user.left = undefined;
  }

  /** What has ended without being told so yet: whoever follows it no more would not hear of its end. */
  #drop(connection: Connection, current: ReadonlySet<Topic>): void {
    for (const topic of connection.topics)
      if (CHOSEN.test(topic) && !current.has(topic)) {
        connection.unfollow(topic);
        this.#catchUp.addEnd(connection, topic);
      }
  }
}

/** Which conversations are a workspace's is not known here: who leaves one stops following them all. */
function leave(user: UserSockets, topic: Topic): void {
  user.leave(topic);
  if (!topic.startsWith("workspace:")) return;
  for (const followed of user.topics)
    if (followed.startsWith("conversation:")) user.leave(followed);
}

/** For how long a user has been in something without following it. */
function missedSeconds({ left }: UserSockets, { topic, ageSeconds }: Membership): number {
  const leftAtMs = left?.get(topic);
  if (leftAtMs === undefined) return ageSeconds;
  return Math.min(ageSeconds, (performance.now() - leftAtMs) / 1000);
}
