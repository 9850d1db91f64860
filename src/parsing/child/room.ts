import {
  checkPages,
  checkTextLength,
  MB,
  type ReadLimits,
  SAVE_APART,
  unreadable,
} from "../limits.ts";

/** Counts what lies within a document, however deep: the files and parts, and the bytes that come out of them. */
export class Inner {
  #files = 0;
  #unpackedBytes = 0;

  constructor(private readonly limits: ReadLimits) {}

  /** @throws PermanentError `parse_failed` if there is no room for one more, of so many bytes */
  enter(unpackedBytes: number): void {
    const { entriesMax, unpackedMbMax } = this.limits;
    if (this.#files >= entriesMax)
      throw unreadable(`The document holds more than ${entriesMax} files; ${SAVE_APART}.`);
    this.#files++;
    if (this.#unpackedBytes + unpackedBytes > unpackedMbMax * MB)
      throw unreadable(
        `The files in the document are larger than ${unpackedMbMax} MB together; ${SAVE_APART}.`,
      );
    // What was refused takes no room from the rest.
    this.#unpackedBytes += unpackedBytes;
  }
}

/** What is left for the text of the files within one: each takes its part when it has been read. */
export class Room {
  #pages = 0;
  #textLength = 0;

  constructor(private readonly limits: ReadLimits) {}

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
