import type { Cell, Row } from "./cell.ts";

/** Rows below the first that are looked at to tell whether it names the columns. */
const ROWS_SEEN = 8;
const YEAR = /^(?:19|20)\d\d$/;

/**
 * Whether the first of these rows names the columns: it is made of words, or of words and of years or days that
 * stand over something else.
 */
export function namesColumns(rows: readonly Row[]): boolean {
  const [names, ...below] = rows.slice(0, 1 + ROWS_SEEN);
  if (!names || names.size === 0) return false;
  const cells = [...names];
  if (cells.every(([, { kind }]) => kind === "text")) return true;
  return (
    below.length > 0 &&
    cells.every(
      ([column, cell]) => cell.kind === "text" || (isPeriod(cell) && !repeats(column, cell, below)),
    )
  );
}

/** The names that a spreadsheet shows over its columns: A to Z, AA and so on. */
export function columnLetters(column: number): string {
  const above = Math.floor(column / 26);
  return (above > 0 ? columnLetters(above - 1) : "") + String.fromCharCode(65 + (column % 26));
}

/** Whether it may name a column though it is no word: a year, a day. */
export function isPeriod({ text, kind }: Cell): boolean {
  return kind === "date" || YEAR.test(text);
}

/** Whether the cells below are of its kind, so that it is but the first of them. */
function repeats(column: number, cell: Cell, below: readonly Row[]): boolean {
  return below.some((row) => {
    const other = row.get(column);
    return other !== undefined && (cell.kind === "date" ? other.kind === "date" : isPeriod(other));
  });
}
