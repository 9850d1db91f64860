import { type Line, lineOf } from "./line.ts";
import type { Segment } from "./segment.ts";

/** A first cell of more lines is not looked for. */
const LINES_MAX = 6;
/** Lines of one cell lie no farther apart, in ems; the next row does. */
const STEP_EM_MAX = 1.4;
const ROOM_SHARE = 1.1;
const AROUND = 3;
/** Lines of one cell begin at one edge, and cells beside them stand at their middle, so nearly, in ems. */
const ALIGNED_EM = 0.35;
const WORD = /\p{L}{3}|\p{Lo}/u;

/**
 * Brings rows together whose first cell has several lines, beside whose middle the others stand: as browsers and
 * word processors centre the cells of a row, its number stands between two lines of its name.
 *
 * @param lines of a stretch, in reading order
 */
export function withCentredCells(lines: readonly Line[]): Line[] {
  const result: Line[] = [];
  for (let at = 0; at < lines.length;) {
    const row = rowAt(lines, at);
    const line = lines[at];
    if (row) result.push(row.line);
    else if (line) result.push(line);
    at += row?.count ?? 1;
  }
  return result;
}

function rowAt(lines: readonly Line[], start: number): { line: Line; count: number } | undefined {
  const first = lines[start];
  if (first?.cells.length !== 1 || !hasBeside(lines, start, first.x1)) return undefined;
  for (let count = LINES_MAX; count > 2; count--) {
    const group = lines.slice(start, start + count);
    const line = group.length === count ? rowOf(group) : undefined;
    if (!line) continue;
    const end = start + count;
    const around = [
      ...lines.slice(Math.max(0, start - AROUND), start),
      ...lines.slice(end, end + AROUND),
    ];
    if (isApart(group, around)) return { line, count };
  }
  return undefined;
}

/** Whether anything stands beside a line or those below it, as it does in no paragraph. */
function hasBeside(lines: readonly Line[], start: number, x: number): boolean {
  const end = Math.min(lines.length, start + LINES_MAX);
  for (let at = start + 1; at < end; at++)
    if (lines[at]?.cells.some(({ x0 }) => x0 > x)) return true;
  return false;
}

/** The row that lines make, if one of them holds the other cells, at the middle of the first one. */
function rowOf(group: readonly Line[]): Line | undefined {
  const [first] = group;
  if (!first) return undefined;
  const isBeside = (cell: Segment) => cell.x0 > first.x1;
  const centres = group.filter(({ cells }) => cells.some(isBeside));
  const [centre] = centres;
  if (centres.length !== 1 || !centre) return undefined;
  const lefts = group
    .flatMap(({ cells }) => cells.filter((cell) => !isBeside(cell)))
    .toSorted((a, b) => a.y - b.y);
  const others = centre.cells.filter(isBeside);
  if (!areOneCell(lefts, others) || !isCentred(lefts, centre)) return undefined;
  const text = lefts.map((cell) => cell.text).join(" ");
  const x1 = Math.max(...lefts.map((cell) => cell.x1));
  const left = { text, x0: first.x0, x1, y: centre.y, size: first.size, face: first.face };
  return lineOf([left, ...others]);
}

function areOneCell(lefts: readonly Segment[], others: readonly Segment[]): boolean {
  const [first] = lefts;
  if (!first || lefts.length < 2) return false;
  const right = Math.min(...others.map(({ x0 }) => x0));
  return lefts.every((cell, index) => {
    const step = cell.y - (lefts[index - 1]?.y ?? cell.y);
    const isNext = index === 0 || (step > 0 && step <= STEP_EM_MAX * first.size);
    const isAligned = Math.abs(cell.x0 - first.x0) <= ALIGNED_EM * first.size;
    return isNext && isAligned && cell.x1 < right && WORD.test(cell.text);
  });
}

function isCentred(lefts: readonly Segment[], centre: Line): boolean {
  const middle = ((lefts[0]?.y ?? 0) + (lefts.at(-1)?.y ?? 0)) / 2;
  return Math.abs(centre.y - middle) <= ALIGNED_EM * centre.size;
}

/** Whether no line around goes on from the first cell, or into it, as those of a paragraph do; rows may be near. */
function isApart(group: readonly Line[], around: readonly Line[]): boolean {
  const lefts = group.filter(({ cells }) => cells[0]?.x0 === group[0]?.x0);
  const ys = group.map(({ y }) => y).toSorted((a, b) => a - b);
  const [top = 0, bottom = 0] = [ys[0], ys.at(-1)];
  const x1 = Math.max(...lefts.map((line) => line.cells[0]?.x1 ?? 0));
  const inner = (bottom - top) / Math.max(1, lefts.length - 1);
  return !around.some(({ cells, x0, y }) => {
    const distance = Math.max(top - y, y - bottom, 0);
    return cells.length === 1 && x0 < x1 && distance < ROOM_SHARE * inner;
  });
}
