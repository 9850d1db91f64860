import { damaged, SPLIT, unreadable } from "../limits.ts";

/** Cells that hold something. */
const CELLS_MAX = 10_000_000;
/** Spaces that are told by how many they are. */
const SPACES_MAX = 10_000_000;

/** The library takes any prefix, and what follows an underline for no part of the name. */
const ROW_OR_CELL =
  /<(?:[^\s<>?!/:"]*:)?(table-row|table-cell|covered-table-cell)(?=[\s/>_])((?:[^<>"']|"[^"<]*"|'[^'<]*')*)>/g;
const SPACES = /<(?:[\w-]+:)?s\s[^<>]{0,200}?\bc\s*=\s*["'](\d+)/g;
const ROWS = /number-rows-repeated\s*=\s*["']([^"']*)/g;
const COLUMNS = /number-columns-repeated\s*=\s*["']([^"']*)/g;

/**
 * Adds up the cells of a sheet of OpenDocument, which says of a row, of a cell and of a space how often it is there:
 * a few bytes can stand for more than any machine holds.
 * @throws PermanentError `parse_failed` if there are too many
 */
export function checkRepeats(xml: string, what: string): void {
  let cells = 0;
  let rows = 1;
  for (const [, name, attributes = ""] of xml.matchAll(ROW_OR_CELL)) {
    if (name === "table-row") rows = countOf(ROWS, attributes);
    else if (holdsSomething(attributes)) cells += rows * countOf(COLUMNS, attributes);
    if (cells > CELLS_MAX) throw tooManyCells(what);
  }
  let spaces = 0;
  for (const [, count] of xml.matchAll(SPACES)) spaces += Number(count);
  if (spaces > SPACES_MAX) throw damaged(what);
}

function tooManyCells(what: string): Error {
  return unreadable(`The ${what} has more than ${CELLS_MAX / 1e6} million cells; ${SPLIT}.`);
}

function holdsSomething(attributes: string): boolean {
  return !attributes.endsWith("/") || attributes.includes("value");
}

/** The largest, if there are several: a number in any way that the library takes for one, as 1e9 or 12px. */
function countOf(pattern: RegExp, attributes: string): number {
  let count = 1;
  for (const [, value = ""] of attributes.matchAll(pattern))
    count = Math.max(count, Number(value) || 1, Number.parseInt(value, 10) || 1);
  return count;
}
