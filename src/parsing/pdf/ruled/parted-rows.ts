import { isRtlRow, type Line } from "../line.ts";
import { cellTextOf } from "./cell-text.ts";
import type { Grid } from "./grid.ts";

/** A cell with its lines as they are read. */
export interface ReadCell {
  readonly row: number;
  readonly column: number;
  readonly lines: readonly Line[];
}

/** Lines of one row share their baseline, so nearly. */
const SAME_LINE_EM = 0.35;
/** So many lines at least are rows that no rule parts. */
const PARTED_LINES_MIN = 3;
/** And they stand in so many of the cells, which have so many of them. */
const PARTED_CELLS_SHARE = 0.5;
const PARTED_LINES_SHARE = 0.6;
/** Lines that fill their cell so far have been broken there. */
const BROKEN_SHARE = 0.6;

/** The texts of a grid's rows by its columns. Where rules part the columns alone, each line is a row of its own. */
export function partedRows(grid: Grid, cells: readonly ReadCell[]): string[][] {
  const isRtl = isRtlRow(cells.flatMap(({ lines }) => lines));
  const rows = Map.groupBy(cells, ({ row }) => row)
    .values()
    .flatMap((row) => linesOfRow(grid, row))
    .map((row) => textsOf(grid, row))
    .toArray();
  return isRtl ? rows.map((row) => row.toReversed()) : rows;
}

function textsOf({ xs }: Grid, cells: readonly ReadCell[]): string[] {
  const texts = Array.from({ length: xs.length - 1 }, () => "");
  for (const { column, lines } of cells) texts[column] = cellTextOf(lines);
  return texts;
}

function linesOfRow(grid: Grid, cells: readonly ReadCell[]): (readonly ReadCell[])[] {
  const baselines = baselinesOf(cells.flatMap(({ lines }) => lines));
  if (baselines.length < PARTED_LINES_MIN) return [cells];
  const parted = cells.filter(
    (cell) =>
      cell.lines.length >= Math.max(PARTED_LINES_MIN, PARTED_LINES_SHARE * baselines.length) &&
      !isBroken(cell, widthOf(grid, cell)),
  );
  if (parted.length < 2 || parted.length < PARTED_CELLS_SHARE * cells.length) return [cells];
  const rows: ReadCell[][] = [];
  for (const [top, bottom] of baselines) {
    const row = cells.flatMap((cell) => {
      const lines = cell.lines.filter(({ y }) => y >= top && y <= bottom);
      return lines.length > 0 ? { ...cell, lines } : [];
    });
    const before = rows.at(-1);
    if (before && isContinued(before, row)) rows[rows.length - 1] = merged(before, row);
    else rows.push(row);
  }
  return rows;
}

/** From top to bottom, between which heights the lines of one row lie. */
function baselinesOf(lines: readonly Line[]): [number, number][] {
  const found: [number, number][] = [];
  for (const { y, size } of lines.toSorted((a, b) => a.y - b.y)) {
    const last = found.at(-1);
    if (last && y - last[0] <= SAME_LINE_EM * size) last[1] = y;
    else found.push([y, y]);
  }
  return found;
}

function widthOf({ xs, cells }: Grid, { row, column }: ReadCell): number {
  const last = cells[row]?.lastIndexOf(cells[row][column] ?? 0) ?? column;
  return (xs[last + 1] ?? 0) - (xs[column] ?? 0);
}

function isBroken({ lines }: ReadCell, width: number): boolean {
  const full = lines.slice(0, -1).reduce((sum, { x0, x1 }) => sum + x1 - x0, 0);
  return full > BROKEN_SHARE * width * (lines.length - 1);
}

/** Whether a line goes on in some cells of the row above, and has nothing in the first. */
function isContinued(before: readonly ReadCell[], row: readonly ReadCell[]): boolean {
  const columns = new Set(before.map(({ column }) => column));
  return (
    2 * row.length < columns.size + 1 &&
    row.every(({ column }) => columns.has(column)) &&
    row[0]?.column !== before[0]?.column
  );
}

function merged(before: readonly ReadCell[], row: readonly ReadCell[]): ReadCell[] {
  return before.map((cell) => {
    const more = row.find(({ column }) => column === cell.column);
    return more ? { ...cell, lines: [...cell.lines, ...more.lines] } : cell;
  });
}
