/** As many commas or semicolons as this part the cells of a row; a tab or a bar does so alone. */
const COMMAS_MIN = 2;
/** Markdown's line of dashes under the names of the columns. */
const RULE = /^\s*\|?(?:\s*:?-+:?\s*\|)+\s*(?::?-+:?)?\s*$/u;

/** How many cells a line has, when it is a row of a table; 1 for any other text. */
export function cellsIn(text: string): number {
  if (text.includes("\n")) return 1;
  const [bars = 0, tabs = 0, commas = 0] = [/(?<!\\)\|/g, /\t/g, /[,;]/g].map(
    (mark) => text.match(mark)?.length ?? 0,
  );
  if (bars + tabs > 0) return bars + tabs + 1;
  return commas >= COMMAS_MIN && !/[.!?]$/u.test(text) ? commas + 1 : 1;
}

/**
 * Whether the first of these rows names the columns of the others: it stands over a line of dashes, or has words alone
 * where all below it have numbers too.
 */
export function hasColumnNames([names, next, ...rows]: readonly string[]): boolean {
  if (names === undefined || next === undefined) return false;
  if (RULE.test(next)) return rows.length > 0;
  return !/\p{N}/u.test(names) && [next, ...rows].every((row) => /\p{N}/u.test(row));
}
