/** One line of at most so many characters: what a locked screen has room for. */
export function previewOf(text: string, charactersMax: number): string {
  // The head is enough, whatever the length: a message may be long, and its white space too.
  const head = text
    .slice(0, charactersMax * HEAD_FACTOR)
    .replace(/\s+/g, " ")
    .trim();
  if (head.length <= charactersMax) return head;
  const cut = head.slice(0, charactersMax - 1);
  // No half of a character that takes two units.
  return `${cut.replace(/[\ud800-\udbff]$/, "").trimEnd()}…`;
}

const HEAD_FACTOR = 4;
