import { Nudge } from "../job/nudge.ts";
import { LoopService } from "../service.ts";
import {
  PRESENCE_TIMES,
  type PresenceStore,
  type PresenceTimes,
  type PresentConnection,
} from "./presence.ts";

const BATCH_MAX = 500;

type Told = PresentConnection & { readonly atMs: number };

/** Tells the store of this process's connections, again and again while they live, and of users who are gone. */
export class PresenceTracker extends LoopService {
  readonly name = "presence of sockets";
  readonly #work = new Nudge();
  /** Not told yet. */
  readonly #fresh = new Map<string, PresentConnection>();
  /** In the order in which they were told. */
  readonly #told = new Map<string, Told>();
  /** Over, and not told yet. */
  readonly #left = new Map<string, PresentConnection>();
  #nextSweepAtMs = 0;
  /** What was told up to then may be lost. */
  #lostUntilMs = Number.NEGATIVE_INFINITY;
  #known = false;

  constructor(
    private readonly store: PresenceStore,
    /** Is told of users who may have come online or gone offline. */
    private readonly changed: (userIds: readonly string[]) => void,
    private readonly times: Pick<PresenceTimes, "refreshMs" | "sweepEveryMs"> = PRESENCE_TIMES,
  ) {
    super();
  }

  connected({ id, userId }: PresentConnection): void {
    this.#fresh.set(id, { id, userId });
    this.#work.notify();
  }

  disconnected({ id, userId }: PresentConnection): void {
    this.#fresh.delete(id);
    this.#told.delete(id);
    this.#left.set(id, { id, userId });
    this.#work.notify();
  }

  /** What is connected now is told to be over: whoever comes back to another process has the grace for it. */
  override async stop(): Promise<void> {
    await super.stop();
    for (const connection of [...this.#fresh.values(), ...this.#told.values()])
      this.disconnected(connection);
    while (await this.#tellLeft());
  }

  protected override async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted)
      if (!(await this.runOnce())) await this.#work.wait(this.times.sweepEveryMs, signal);
  }

  /** Whether the store knew of everybody when it was last asked. */
  get isKnown(): boolean {
    return this.#known;
  }

  /** @returns whether there is more to do at once */
  async runOnce(): Promise<boolean> {
    const swept = await this.#sweepIfDue();
    if (swept === undefined) return false;
    const left = await this.#tellLeft();
    const fresh = await this.#tellFresh();
    const again = await this.#tellAgain();
    return swept || left || fresh || again;
  }

  /** @returns whether there may be more to sweep; undefined while the store is away */
  async #sweepIfDue(): Promise<boolean | undefined> {
    if (performance.now() < this.#nextSweepAtMs) return false;
    const sweep = await this.store.sweep();
    this.#known = sweep?.known ?? false;
    if (!sweep) return undefined;
    if (sweep.lost) this.#lostUntilMs = performance.now();
    this.changed(sweep.gone);
    if (sweep.gone.length > 0) return true;
    this.#nextSweepAtMs = performance.now() + this.times.sweepEveryMs;
    return false;
  }

  /** What the store does not take is not told again: it is forgotten there by itself. */
  async #tellLeft(): Promise<boolean> {
    const batch = firstOf(this.#left, () => true);
    if (batch.length === 0) return false;
    for (const { id } of batch) this.#left.delete(id);
    return (await this.store.leave(batch)) === true;
  }

  async #tellFresh(): Promise<boolean> {
    const batch = firstOf(this.#fresh, () => true);
    const arrived = await this.#touch(this.#fresh, batch);
    this.changed(arrived ?? []);
    return arrived !== undefined && batch.length > 0;
  }

  async #tellAgain(): Promise<boolean> {
    const dueMs = Math.max(performance.now() - this.times.refreshMs, this.#lostUntilMs);
    const batch = firstOf(this.#told, ({ atMs }) => atMs <= dueMs);
    const arrived = await this.#touch(this.#told, batch);
    // A store that lost everything lets everybody arrive again, who never were away.
    if (this.#known) this.changed(arrived ?? []);
    return arrived !== undefined && batch.length > 0;
  }

  async #touch(
    from: Map<string, PresentConnection>,
    batch: readonly PresentConnection[],
  ): Promise<readonly string[] | undefined> {
    if (batch.length === 0) return [];
    const atMs = performance.now();
    const arrived = await this.store.touch(batch);
    if (!arrived) {
      // Before anything else is told, the store says what it still knows.
      this.#nextSweepAtMs = 0;
      return undefined;
    }
    // Those that are over by now have been taken out meanwhile.
    for (const connection of batch)
      if (from.delete(connection.id)) this.#told.set(connection.id, { ...connection, atMs });
    return arrived;
  }
}

/** Up to a batch of the first entries, as long as they are wanted. */
function firstOf<T>(entries: ReadonlyMap<string, T>, wanted: (entry: T) => boolean): T[] {
  const batch: T[] = [];
  for (const entry of entries.values()) {
    if (batch.length >= BATCH_MAX || !wanted(entry)) break;
    batch.push(entry);
  }
  return batch;
}
