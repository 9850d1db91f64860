import { checkTextLength, type ReadLimits } from "./limits.ts";

/** What a document may still grow by: a few bytes of a file can stand for the same long text many times over. */
export class TextBudget {
  #taken = 0;

  constructor(private readonly limits: Pick<ReadLimits, "textMbMax">) {}

  /** @throws PermanentError `parse_failed` once there is more text than a document may hold */
  take(text: string): void {
    this.#taken += text.length;
    checkTextLength(this.#taken, this.limits);
  }
}
