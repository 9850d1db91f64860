import type { Random } from "../support/random.ts";

/** An actor that has not come back after this time waits for a lock that another one holds. */
const BLOCKED_AFTER_MS = 4;

/** Lets actors go on one step at a time, in the order that chance picks: an interleaving. */
export class Stage {
  readonly #waiting: (() => void)[] = [];
  #arrived: (() => void) | undefined;

  /** An actor's wait for its turn, before each of its steps. */
  readonly turn = (): Promise<void> =>
    new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.#arrived?.();
    });

  /** Plays the actors to their ends. They start at once, so their first step is a `turn`. */
  async play(actors: readonly Promise<void>[], random: Random): Promise<void> {
    let playing = actors.length;
    const ends = actors.map((actor) =>
      actor.finally(() => {
        playing--;
        this.#arrived?.();
      }),
    );
    while (playing > 0) {
      const [next] = this.#waiting.splice(random.between(0, this.#waiting.length - 1), 1);
      const arrival = this.#arrival();
      next?.();
      await arrival;
    }
    await Promise.all(ends);
  }

  async #arrival(): Promise<void> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    await new Promise<void>((resolve) => {
      this.#arrived = resolve;
      timer = setTimeout(resolve, BLOCKED_AFTER_MS);
    });
    clearTimeout(timer);
  }
}
