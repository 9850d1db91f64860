/** Letters and digits of any script. */
const LETTERS = /[\p{L}\p{N}]/gu;

/** How many letters and digits a text has: what it says, however it is set. */
export function countLetters(text: string): number {
  return text.match(LETTERS)?.length ?? 0;
}

/** A page with so little text is a scan if a picture covers it: a stamp, a number, "Scanned by …". */
const STRAY_LETTERS_MAX = 80;

/** Whether a page may be a scan, by its text. */
export function mayBeScan(text: string): boolean {
  return countLetters(text) <= STRAY_LETTERS_MAX;
}

/** Whether none of the texts has a letter or a digit. */
export function areBlank(texts: readonly string[]): boolean {
  return !texts.some((text) => /[\p{L}\p{N}]/u.test(text));
}
