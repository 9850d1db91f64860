import { unreadable } from "../limits.ts";

/** Cells that hold something. */
const CELLS_MAX = 10_000_000;

const ROW_OR_CELL =
  /<(?:[\w-]+:)?(table-row|table-cell|covered-table-cell)\b((?:[^>"']|"[^"]*"|'[^']*')*)>/g;
const ROWS = /number-rows-repeated\s*=\s*["'](\d+)/;
const COLUMNS = /number-columns-repeated\s*=\s*["'](\d+)/;

/**
 * Adds up the cells of a sheet of OpenDocument, which says of a row and of a cell how often it is there: a few
 * bytes can stand for more than any machine holds.
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
}

function tooManyCells(what: string): Error {
  return unreadable(`The ${what} has more than ${CELLS_MAX / 1e6} million cells.`);
}

function holdsSomething(attributes: string): boolean {
  return !attributes.endsWith("/") || attributes.includes("value");
}

function countOf(pattern: RegExp, attributes: string): number {
  return Math.max(1, Number(pattern.exec(attributes)?.[1] ?? 1));
}
