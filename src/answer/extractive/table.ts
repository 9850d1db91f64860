import type { Quote } from "../quote.ts";

/** As many commas or semicolons as this part the cells of a row; a tab or a bar does so alone. */
const COMMAS_MIN = 2;
/** Markdown's line of dashes under the names of the columns. */
const RULE = /^\s*\|?(?:\s*:?-+:?\s*\|)+\s*(?::?-+:?)?\s*$/u;

/**
 * Of each sentence that is a row of a table, the place of the row that names the columns, where there is one: it
 * stands over a line of dashes, or has words alone where those below have numbers too. Linear time; pure.
 */
export function columnNamesOf(sentences: readonly Quote[]): (number | undefined)[] {
  const names: (number | undefined)[] = sentences.map(() => undefined);
  for (let first = 0; first < sentences.length;) {
    const end = endOfTable(sentences, first);
    if (hasColumnNames(sentences.slice(first, end))) names.fill(first, first + 1, end);
    first = end;
  }
  return names;
}

/** Whether a sentence is a row by itself: short ones are no headings. */
export function isRow(text: string): boolean {
  return cellsIn(text) > 1;
}

function endOfTable(sentences: readonly Quote[], first: number): number {
  const cells = cellsIn(sentences[first]?.text ?? "");
  let end = first + 1;
  while (cells > 1 && end < sentences.length && goesOn(sentences, end, cells)) end++;
  return end;
}

function goesOn(sentences: readonly Quote[], index: number, cells: number): boolean {
  const [above, row] = [sentences[index - 1], sentences[index]];
  if (!above || !row || cellsIn(row.text) !== cells) return false;
  return /^[^\S\n]*\n[^\S\n]*$/u.test(row.source.text.slice(above.end, row.start));
}

function hasColumnNames([names, next, ...rows]: readonly Quote[]): boolean {
  if (!names || !next) return false;
  if (RULE.test(next.text)) return rows.length > 0;
  return !/\p{N}/u.test(names.text) && [next, ...rows].every(({ text }) => /\p{N}/u.test(text));
}

/** 1 for what is no row. */
function cellsIn(text: string): number {
  if (text.includes("\n")) return 1;
  const [bars = 0, tabs = 0, commas = 0] = [/\|/g, /\t/g, /[,;]/g].map(
    (mark) => text.match(mark)?.length ?? 0,
  );
  if (bars + tabs > 0) return bars + tabs + 1;
  return commas >= COMMAS_MIN && !/[.!?]$/u.test(text) ? commas + 1 : 1;
}
