import { isOutage } from "../postgres/outage.ts";
import { within } from "../trace.ts";

/** What the work comes to for one item: its result, or an error that is its own. */
type Outcome<Result> = Result | Error;

interface Waiting<Item, Result> {
  readonly item: Item;
  readonly settle: (outcome: Outcome<Result>) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Does the same for many at once: those who come while it is being done share the next turn, so that many
 * small jobs wait for one statement, one disk, not each for its own. Nobody waits for company.
 */
export class Together<Item, Result> {
  readonly #waiting: Waiting<Item, Result>[] = [];
  #working = false;

  /**
   * @param work answers for each item, in their order. Where it throws, it is tried again with each item by
   *   itself, so that none fails for the sake of another.
   * @param itemsMax in one turn
   */
  constructor(
    private readonly work: (items: readonly Item[]) => Promise<readonly Outcome<Result>[]>,
    private readonly itemsMax: number,
  ) {}

  /** @throws the item's own error */
  async join(item: Item): Promise<Result> {
    const { promise, resolve, reject } = Promise.withResolvers<Outcome<Result>>();
    this.#waiting.push({ item, settle: resolve, reject });
    // It is no part of the one request or job that happened to come first.
    if (!this.#working) void within({}, () => this.#takeTurns());
    return resultOf(await promise);
  }

  /** The same at once and for itself, of an item that nobody else should have to wait for. */
  async alone(item: Item): Promise<Result> {
    const [outcome] = await this.work([item]);
    return resultOf(outcome as Outcome<Result>);
  }

  async #takeTurns(): Promise<void> {
    this.#working = true;
    // Whoever comes in the same turn of the loop comes along.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#waiting.length > 0) await this.#do(this.#waiting.splice(0, this.itemsMax));
    this.#working = false;
  }

  async #do(group: readonly Waiting<Item, Result>[]): Promise<void> {
    try {
      const outcomes = await this.work(group.map(({ item }) => item));
      for (const [at, outcome] of outcomes.entries()) group[at]?.settle(outcome);
    } catch (error) {
      if (group.length === 1 || isOutage(error)) for (const { reject } of group) reject(error);
      else for (const one of group) await this.#do([one]);
    }
  }
}

function resultOf<Result>(outcome: Outcome<Result>): Result {
  if (outcome instanceof Error) throw outcome;
  return outcome;
}
