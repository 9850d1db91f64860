import { messageOf } from "../error.ts";
import { publishEphemeral } from "../event/announce.ts";
import type { Bus } from "../event/bus.ts";
import { Nudge } from "../job/nudge.ts";
import { logger } from "../log.ts";
import { isOutage } from "../postgres/outage.ts";
import type { Sql } from "../postgres/sql.ts";
import { LoopService } from "../service.ts";
import { type PresenceStatus, type PresenceStore, statusOf } from "./presence.ts";
import { listPlaces, type Place } from "./store.ts";

const USERS_MAX = 100;
const PLACES_MAX = 500;
/** How soon it is tried again to tell what could not be told. */
const RETRY_MS = 1_000;

interface AnnouncerDeps {
  readonly sql: Sql;
  readonly bus: Bus;
  readonly presence: PresenceStore;
}

type Statuses = ReadonlyMap<string, PresenceStatus>;

/** Tells the members of a user's workspaces that the user has come online or gone offline. */
export class PresenceAnnouncer extends LoopService {
  readonly name = "presence announcements";
  readonly #work = new Nudge();
  readonly #changed = new Set<string>();

  constructor(private readonly deps: AnnouncerDeps) {
    super();
  }

  /** What they have come to is looked up when it is told. */
  readonly changed = (userIds: readonly string[]): void => {
    for (const id of userIds) this.#changed.add(id);
    if (userIds.length > 0) this.#work.notify();
  };

  override async stop(): Promise<void> {
    await super.stop();
    while (await this.runOnce().catch(report));
  }

  protected override async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted)
      if (!(await this.runOnce().catch(report))) await this.#work.wait(RETRY_MS, signal);
  }

  /** @returns whether there is more to tell at once */
  async runOnce(): Promise<boolean> {
    const userIds = [...this.#changed].slice(0, USERS_MAX);
    for (const id of userIds) this.#changed.delete(id);
    const open = new Set(userIds);
    try {
      for (const id of await this.#announce(userIds)) open.delete(id);
    } finally {
      for (const id of open) this.#changed.add(id);
    }
    return open.size < userIds.length && this.#changed.size > 0;
  }

  /** @returns the users who were told of */
  async #announce(userIds: readonly string[]): Promise<string[]> {
    const statuses = await this.#statuses(userIds);
    if (!(await this.#publishAll(statuses))) return [];
    // Two processes may tell of one user in the wrong order: whoever is last sees that here, and tells again.
    const told = [...statuses.keys()];
    const now = await this.#statuses(told);
    this.changed(told.filter((id) => now.get(id) !== statuses.get(id)));
    return told;
  }

  async #statuses(userIds: readonly string[]): Promise<Statuses> {
    if (userIds.length === 0) return new Map();
    const look = await this.deps.presence.look(userIds);
    const statuses = userIds.map((id) => [id, statusOf(id, look)] as const);
    return new Map(statuses.filter(([, status]) => status !== "unknown"));
  }

  /** @returns whether everything could be handed over */
  async #publishAll(statuses: Statuses): Promise<boolean> {
    const { sql } = this.deps;
    const userIds = [...statuses.keys()];
    let places: Place[] = [];
    do {
      if (userIds.length === 0) return true;
      places = await listPlaces(sql, userIds, places.at(-1), PLACES_MAX);
      const sent = await Promise.all(places.map((place) => this.#publish(place, statuses)));
      if (sent.includes(false)) return false;
    } while (places.length === PLACES_MAX);
    return true;
  }

  #publish({ userId, workspace }: Place, statuses: Statuses): Promise<boolean> {
    const payload = { workspace_id: workspace.id, user_id: userId, status: statuses.get(userId) };
    return publishEphemeral(this.deps.bus, workspace, { type: "presence.updated", payload });
  }
}

/** An outage is told by those who ask the database all the time. */
function report(error: unknown): false {
  if (!isOutage(error)) logger("presence").warn(`Presence is told late: ${messageOf(error)}`);
  return false;
}
