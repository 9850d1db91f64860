import { type ReadLimits, unreadable } from "../limits.ts";

const MB = 1024 * 1024;

/** What a document may still grow by: a few bytes of a file can stand for the same long text many times over. */
export class TextBudget {
  #taken = 0;

  constructor(private readonly limits: ReadLimits) {}

  /** @throws PermanentError `parse_failed` once there is more text than a document may hold */
  take(text: string): void {
    this.#taken += text.length;
    const { textMbMax } = this.limits;
    if (this.#taken > textMbMax * MB)
      throw unreadable(`The document holds more than ${textMbMax} MB of text.`);
  }
}
