/**
 * Something asked for over REST, and never twice at once: whoever wants it while it is under way is served by the
 * next look, which begins after they asked.
 */
export class Look {
  #look;
  /** @type {Promise<unknown>} */ #running = Promise.resolve();
  /** @type {Promise<void> | undefined} */ #next;

  /** @param {() => Promise<void>} look asks, and shows */
  constructor(look) {
    this.#look = look;
  }

  again() {
    this.#next ??= this.#running.then(() => {
      this.#next = undefined;
      const look = this.#look();
      this.#running = look.catch(() => undefined);
      return look;
    });
    return this.#next;
  }
}
