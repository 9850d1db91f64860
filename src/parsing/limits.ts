import { PermanentError } from "../error.ts";

/** What one document may cost, whatever it holds: each limit is a setting. */
export interface ReadLimits {
  /** Pages, slides, sheets or chapters, those of files within it among them. */
  readonly pagesMax: number;
  /** Text that comes of it, in MB of UTF-16 units. */
  readonly textMbMax: number;
  /** What its archives hold once they are unpacked, in MB, and as a multiple of what they take packed. */
  readonly unpackedMbMax: number;
  readonly unpackedRatioMax: number;
  /** Files in one archive. */
  readonly entriesMax: number;
  /** Files within files within files. */
  readonly nestingMax: number;
}

export const MB = 1024 * 1024;

const SPLIT = "split it, and upload the parts";

/** @throws PermanentError `parse_failed` if a document may not have so many pages */
export function checkPages(count: number, pagesMax: number): void {
  if (count > pagesMax) throw unreadable(`The document has more than ${pagesMax} pages; ${SPLIT}.`);
}

/** @throws PermanentError `parse_failed` if a document's text may not be so long, in UTF-16 units */
export function checkTextLength(length: number, { textMbMax }: ReadLimits): void {
  if (length > textMbMax * MB)
    throw unreadable(`The document holds more than ${textMbMax} MB of text; ${SPLIT}.`);
}

/** Of a file that is to blame: no retry can mend it. */
export function unreadable(sentence: string, cause?: unknown): PermanentError {
  return new PermanentError("parse_failed", sentence, { cause });
}

/** @param what it is, as a person calls it: "spreadsheet" */
export function locked(what: string, cause?: unknown): PermanentError {
  const sentence = `The ${what} is password-protected; remove the password and upload it again.`;
  return unreadable(sentence, cause);
}
