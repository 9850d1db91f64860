import { isRtl } from "./characters.ts";
import type { Row } from "./rows.ts";
import type { Face, Segment } from "./segment.ts";

/** One line of a page as it is read: of a paragraph, or a table's row. */
export interface Line {
  readonly text: string;
  /** What stands apart on it, from left to right. */
  readonly cells: Row;
  readonly x0: number;
  readonly x1: number;
  readonly y: number;
  readonly size: number;
  /** The font and the size that most of it is set in. */
  readonly face: Face;
  /** What it reads as, if it is a whole table. */
  readonly block?: string;
}

const RTL_ROW_SHARE = 0.5;

/** The line that a row of segments reads as. */
export function lineOf(row: Row): Line {
  const [first, ...others] = row;
  if (first && others.length === 0) return { ...first, cells: row };
  const cells = row.toSorted((a, b) => a.x0 - b.x0);
  return {
    text: textOf(cells),
    cells,
    x0: Math.min(...row.map(({ x0 }) => x0)),
    x1: Math.max(...row.map(({ x1 }) => x1)),
    y: Math.max(...row.map(({ y }) => y)),
    size: Math.max(...row.map(({ size }) => size)),
    face: faceOf(row),
  };
}

/** The distances from each line's baseline to the next one's, ascending. */
export function stepsOf(lines: readonly Line[]): number[] {
  const steps = lines.slice(1).map((line, index) => line.y - (lines[index]?.y ?? line.y));
  return steps.toSorted((a, b) => a - b);
}

function faceOf(row: Row): Face {
  const { face } = row.reduce((a, b) => (b.text.length > a.text.length ? b : a));
  const isUniform = row.every(
    (cell) => cell.face.isUniform && cell.face.font === face.font && cell.face.size === face.size,
  );
  return { ...face, isUniform };
}

/** Whether a row, or a stretch of them, reads from right to left. */
export function isRtlRow(cells: readonly Segment[]): boolean {
  return cells.filter(({ text }) => isRtl(text)).length > RTL_ROW_SHARE * cells.length;
}

function textOf(cells: readonly Segment[]): string {
  const ordered = isRtlRow(cells) ? cells.toReversed() : cells;
  return ordered.map(({ text }) => text).join(" ");
}
