import { checkPages, checkTextLength, MB, type ReadLimits, unreadable } from "../limits.ts";

/** What is left, of all that one document may hold, for the files within it: each takes its part as it is read. */
export class Room {
  #pages = 0;
  #textLength = 0;
  #unpackedBytes = 0;

  constructor(private readonly limits: ReadLimits) {}

  /** @throws PermanentError `parse_failed` if there is no room for so many bytes that come out of it */
  unpack(bytes: number): void {
    this.#unpackedBytes += bytes;
    if (this.#unpackedBytes > this.limits.unpackedMbMax * MB)
      throw unreadable(
        `The files in the document are larger than ${this.limits.unpackedMbMax} MB together.`,
      );
  }

  /** @throws PermanentError `parse_failed` if there is no room for these pages */
  take(pages: readonly string[]): void {
    const pageCount = this.#pages + pages.length;
    const textLength = pages.reduce((sum, { length }) => sum + length, this.#textLength);
    checkPages(pageCount, this.limits.pagesMax);
    checkTextLength(textLength, this.limits);
    // What was refused takes no room from the rest.
    this.#pages = pageCount;
    this.#textLength = textLength;
  }
}
