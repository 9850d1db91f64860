import type { ParsingConfig } from "../config/parsing.ts";
import { PermanentError } from "../error.ts";

/** What a document may hold, as far as readers see to it: each limit is a setting. */
export type ReadLimits = Omit<ParsingConfig, "memoryMb" | "deadlineSeconds">;

export const MB = 1024 * 1024;

/** What helps where files lie within others. */
export const SAVE_APART = "save what matters by itself, and upload that";

/** What helps where a document is too large. */
export const SPLIT = "split it, and upload the parts";

/** @throws PermanentError `parse_failed` if a document may not have so many pages */
export function checkPages(count: number, pagesMax: number): void {
  if (count > pagesMax) throw unreadable(`The document has more than ${pagesMax} pages; ${SPLIT}.`);
}

/** @throws PermanentError `parse_failed` if a document's text may not be so long, in UTF-16 units */
export function checkTextLength(
  length: number,
  { textMbMax }: Pick<ReadLimits, "textMbMax">,
): void {
  if (length > textMbMax * MB)
    throw unreadable(`The document holds more than ${textMbMax} MB of text; ${SPLIT}.`);
}

/** Of a file that is to blame: no retry can mend it. */
export function unreadable(sentence: string, cause?: unknown): PermanentError {
  return new PermanentError("parse_failed", sentence, { cause });
}

/** @param what it is, as a person calls it: "spreadsheet" */
export function damaged(what: string, cause?: unknown): PermanentError {
  return unreadable(`The ${what} is damaged and cannot be read.`, cause);
}

/** Of a file that bears the name of one, or begins as one. @param what as a person calls it: "spreadsheet" */
export function lacking(what: string): PermanentError {
  return unreadable(
    `The file is no ${what}, or what makes it one is missing; save it again, and upload that.`,
  );
}

/** @param what it is, as a person calls it: "spreadsheet" */
export function locked(what: string, cause?: unknown): PermanentError {
  const sentence = `The ${what} is password-protected; remove the password and upload it again.`;
  return unreadable(sentence, cause);
}
