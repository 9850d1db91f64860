import { tableOf } from "../../markdown.ts";
import { type Line, lineOf } from "../line.ts";
import { rowsOf } from "../rows.ts";
import { type Segment, segmentsOf } from "../segment.ts";
import { isListItem } from "../table.ts";
import type { Cell } from "./cells.ts";
import type { Grid } from "./grid.ts";
import { partedRows, type ReadCell } from "./parted-rows.ts";

/** Cells that follow each other are read as one line up to that length. */
const LINE_CHARS_MAX = 100;
/** A row of one cell is a part of its table up to that length, and else a text between two tables. */
const ROW_CHARS_MAX = 200;
/** Of the columns of one row, so many begin where those of the next do. */
const SHARED_BOUNDS_MIN = 0.5;

/** A cell with so many rows of several texts is a table without rules by itself. */
const COLUMNAR_LINES_MIN = 3;

/**
 * What a grid is read as: a table for rows whose columns fit into each other's, and cell by cell those that are
 * divided in their own way, as in forms. Undefined if it is no table.
 *
 * @param cells in reading order
 */
export function sectionsOf(grid: Grid, cells: readonly Cell[]): Segment[] | undefined {
  const read = cells.map(({ row, column, pieces }) => {
    const segments = segmentsOf(pieces);
    return { row, column, segments, lines: rowsOf(segments).map(lineOf) };
  });
  if (read.some(isColumnar)) return undefined;
  const sections = sectionsOfRows(grid, read);
  let hasTable = false;
  const segments: Segment[] = [];
  for (const members of Map.groupBy(read, ({ row }) => sections[row]).values()) {
    const [first, second] = members;
    // A title above a table is none of its rows.
    if (first && !second) {
      segments.push(...first.segments);
      continue;
    }
    const rows = partedRows(grid, members);
    const isOne = isTable(rows);
    hasTable ||= isOne;
    const lines = members.flatMap((cell) => cell.lines);
    segments.push(blockSegment(lines, isOne ? tableOf(rows) : proseOf(members)));
  }
  return hasTable ? segments : undefined;
}

function isColumnar({ lines }: ReadCell): boolean {
  const divided = lines.filter((line) => line.cells.length > 1 && !isListItem(line));
  return divided.length >= COLUMNAR_LINES_MIN && 2 * divided.length > lines.length;
}

/** By row, to which section it belongs. */
function sectionsOfRows(grid: Grid, cells: readonly ReadCell[]): number[] {
  let section = 0;
  let known: ReadonlySet<number> | undefined;
  return grid.cells.map((row, at) => {
    const bounds = boundsOf(row);
    const isTitle =
      bounds.size === 0 &&
      (!known || lettersIn(cells.filter((cell) => cell.row === at)) > ROW_CHARS_MAX);
    const fits = known && isAlike(bounds, known);
    if (isTitle || !fits) section++;
    if (isTitle) known = undefined;
    else known = fits && known ? known.union(bounds) : bounds;
    return section;
  });
}

/** Before which columns a cell begins. */
function boundsOf(row: readonly number[]): Set<number> {
  return new Set(row.keys().filter((at) => at > 0 && row[at] !== row[at - 1]));
}

function isAlike(bounds: ReadonlySet<number>, known: ReadonlySet<number>): boolean {
  const shared = bounds.intersection(known).size;
  return shared >= SHARED_BOUNDS_MIN * Math.min(bounds.size, known.size);
}

function lettersIn(cells: readonly ReadCell[]): number {
  return cells.flatMap(({ lines }) => lines).reduce((sum, { text }) => sum + text.length, 0);
}

/** All lines of a table as one segment. @param lines at least one */
export function blockSegment(lines: readonly Line[], block: string): Segment {
  const main = lines.reduce((a, b) => (b.text.length > a.text.length ? b : a));
  return {
    ...main,
    text: lines.map(({ text }) => text).join(" "),
    x0: Math.min(...lines.map(({ x0 }) => x0)),
    x1: Math.max(...lines.map(({ x1 }) => x1)),
    y: Math.min(...lines.map(({ y }) => y)),
    block,
  };
}

function isTable(rows: readonly (readonly string[])[]): boolean {
  const columns = new Set(rows.flatMap((row) => row.flatMap((text, at) => (text ? at : []))));
  return columns.size > 1 && rows.filter((row) => row.some(Boolean)).length > 1;
}

function proseOf(cells: readonly ReadCell[]): string {
  const texts = cells.map(({ lines }) => lines.map(({ text }) => text).join("\n"));
  const line = texts.join(" ");
  return line.includes("\n") || line.length > LINE_CHARS_MAX ? texts.join("\n") : line;
}
