const LINES_MAX = 3;

/** Keeps what Postgres says of its own end, for PGlite only says that it came. */
export class LastWords {
  #lines: string[] = [];
  #ofItsEnd = true;

  /** Takes a line of the server's log. What it adds to a mere error may be a row, and so somebody's text. */
  hear(line: string): void {
    const [, what = "", words] = /(ERROR|WARNING|FATAL|PANIC|DETAIL|HINT): +(.*)/.exec(line) ?? [];
    if (what !== "DETAIL" && what !== "HINT" && what !== "")
      this.#ofItsEnd = what === "FATAL" || what === "PANIC";
    if (words && this.#ofItsEnd) this.#lines = [...this.#lines, words].slice(-LINES_MAX);
  }

  /** @returns the server's own words about its failure, or else the failure itself */
  explain(failure: unknown): Error {
    if (this.#lines.length === 0) return new Error(String(failure), { cause: failure });
    return new Error(this.#lines.join(" "), { cause: failure });
  }
}
