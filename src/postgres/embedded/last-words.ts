const LINES_MAX = 3;

/** Keeps what Postgres says of its own end, for PGlite only says that it came. */
export class LastWords {
  #lines: string[] = [];

  /** Takes a line of the server's log. */
  hear(line: string): void {
    const [, words] = /(?:FATAL|PANIC|DETAIL|HINT): +(.*)/.exec(line) ?? [];
    if (words) this.#lines = [...this.#lines, words].slice(-LINES_MAX);
  }

  /** @returns the server's own words about its failure, or else the failure itself */
  explain(failure: unknown): Error {
    if (this.#lines.length === 0) return new Error(String(failure), { cause: failure });
    return new Error(this.#lines.join(" "), { cause: failure });
  }
}
