import { isRtlRow, type Line } from "./line.ts";

/** Where a column lies. */
export interface Column {
  x0: number;
  x1: number;
}

/** The rows of a table lie no farther apart than this, in ems. */
export const ROW_STEP_EM_MAX = 3.5;
/** A head has so many lines over its last. */
const HEADS_MAX = 2;
const HEAD_CHARS_MAX = 40;

/**
 * The rows right above a table whose cells stand over several of its columns each: the upper lines of its head.
 * A cell's text stands in the first of its columns.
 *
 * @param above the lines before the table, which belong to none
 */
export function headsAbove(
  above: readonly Line[],
  { lines, columns }: { readonly lines: readonly Line[]; readonly columns: readonly Column[] },
): string[][] {
  const heads: string[][] = [];
  let [below] = lines;
  for (const line of above.slice(-HEADS_MAX).toReversed()) {
    const row = below && isRightAbove(line, below) ? headRow(line, columns) : undefined;
    if (!row) break;
    heads.unshift(row);
    below = line;
  }
  return heads;
}

function isRightAbove(line: Line, below: Line): boolean {
  const step = below.y - line.y;
  return step > 0 && step <= ROW_STEP_EM_MAX * line.size;
}

function headRow({ cells }: Line, columns: readonly Column[]): string[] | undefined {
  if (cells.length < 2 || isRtlRow(cells)) return undefined;
  const row = columns.map(() => "");
  let free = 0;
  for (const { x0, x1, text } of cells) {
    const isBelow = (column: Column) => x0 < column.x1 && x1 > column.x0;
    const first = columns.findIndex(isBelow);
    if (first < free || text.length > HEAD_CHARS_MAX) return undefined;
    row[first] = text;
    free = columns.findLastIndex(isBelow) + 1;
  }
  return row;
}
