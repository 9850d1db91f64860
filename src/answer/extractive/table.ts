import { cellsIn, hasColumnNames } from "../../retrieval/segmentation/table.ts";
import type { Quote } from "../quote.ts";

/**
 * Of each sentence that is a row of a table, the place of the row that names the columns, where there is one. Linear
 * time; pure.
 */
export function columnNamesOf(sentences: readonly Quote[]): (number | undefined)[] {
  const names: (number | undefined)[] = sentences.map(() => undefined);
  for (let first = 0; first < sentences.length;) {
    const end = endOfTable(sentences, first);
    const rows = sentences.slice(first, end).map(({ text }) => text);
    if (hasColumnNames(rows) && areNames(rows)) names.fill(first, first + 1, end);
    first = end;
  }
  return names;
}

/** Of the cells of a row that names columns at most this share is empty, but for one. */
const EMPTY_SHARE_MAX = 0.25;

/** Whether the first row of a table may name its columns: that of a form tells a name and its value, as all do. */
function areNames([first = "", second = ""]: readonly string[]): boolean {
  if (!first.startsWith("|")) return true;
  // A table that goes on from another passage has its names there.
  if (/[^\s|:-]/u.test(second)) return false;
  const cells = first.slice(1, -1).split(/(?<!\\)\|/u);
  const empty = cells.filter((cell) => cell.trim() === "").length;
  const isForm = cells.some((cell) => /[:：]\s*$/u.test(cell));
  return !isForm && empty <= Math.max(1, EMPTY_SHARE_MAX * cells.length);
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
