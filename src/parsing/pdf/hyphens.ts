/** Words of a document are remembered up to so many; by then all the usual ones have come. */
const VOCABULARY_MAX = 200_000;

/** Below that, what looks like a word is often a syllable. */
const WORD_LENGTH_MIN = 4;

/** "And" in languages that build words from words: there, two words with a hyphen at a line's end are one. */
const COMPOUNDING = ["und", "en", "och", "og"];

/**
 * A word's first part at the end of a line, and the rest of it, with what clings to it, on the next. Of a chain of
 * words no more is looked at than tells that it is one: a page may be a single chain.
 */
const DIVIDED =
  /(?<![\p{L}\p{N}])((?:\p{L}+-){0,4})(\p{L}{2,})[-\u00ad\u2010]\n(\p{L}+)([^\s]*)([ \n]?)/gu;

/**
 * Joins words that a line break divided: `divi-`, `ded here` becomes `divided`, `here`.
 *
 * A hyphen that belongs to the word stays: before a capital, after another hyphen, or where the document
 * itself suggests it: writes the word with it elsewhere, or knows both parts as words of their own.
 *
 * @param pages the document's pages; no word is joined across two
 */
export function joinHyphens(pages: readonly string[]): string[] {
  if (!pages.some((page) => /[-\u00ad\u2010]\n/.test(page))) return [...pages];
  const words = vocabularyOf(pages);
  return pages.map((page) =>
    page.replace(
      DIVIDED,
      (_, before: string, first: string, rest: string, tail: string, space: string) => {
        const hyphen = keepsHyphen(words, before, first, rest) ? "-" : "";
        return `${before}${first}${hyphen}${rest}${tail}${space && "\n"}`;
      },
    ),
  );
}

function keepsHyphen(
  words: ReadonlySet<string>,
  before: string,
  first: string,
  rest: string,
): boolean {
  const [a, b] = [first.toLowerCase(), rest.toLowerCase()];
  if (before !== "" || /^\p{Lu}/u.test(rest)) return true;
  if (words.has(a + b)) return false;
  if (words.has(`${a}-${b}`)) return true;
  const bothAreWords =
    Math.min(a.length, b.length) >= WORD_LENGTH_MIN && words.has(a) && words.has(b);
  return bothAreWords && !COMPOUNDING.some((word) => words.has(word));
}

function vocabularyOf(pages: readonly string[]): Set<string> {
  const words = new Set<string>();
  for (const page of pages) {
    // The parts of divided words are no words.
    for (const [word] of page.replace(DIVIDED, " ").matchAll(/\p{L}+(?:-\p{L}+)*/gu)) {
      words.add(word.toLowerCase());
      if (words.size >= VOCABULARY_MAX) return words;
    }
  }
  return words;
}
