/** Letters and digits of any script. */
const LETTERS = /[\p{L}\p{N}]/gu;

/** How many letters and digits a text has: what it says, however it is set. */
export function countLetters(text: string): number {
  return text.match(LETTERS)?.length ?? 0;
}

/** Whether none of the texts has a letter or a digit. */
export function areBlank(texts: readonly string[]): boolean {
  return !texts.some((text) => /[\p{L}\p{N}]/u.test(text));
}
