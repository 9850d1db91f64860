import { tableOf } from "../../markdown.ts";
import { isRtlRow, type Line, lineOf } from "../line.ts";
import type { Piece } from "../piece.ts";
import { rowsOf } from "../rows.ts";
import { type Segment, segmentsOf } from "../segment.ts";
import { FIGURE } from "../table.ts";
import { cellTextOf } from "./cell-text.ts";
import { blockSegment } from "./sections.ts";
import type { Rule } from "./rules.ts";

/** Rules that part the rows of a table and nothing else: they lie below each other, and are as long. */
const RULES_MIN = 3;
const SAME_ENDS = 4;
/** Rows are no higher, in points. */
const ROW_MAX = 150;
/** Columns are so far apart, in ems. */
const GUTTER_EM = 0.5;
/** Above the first rule the head's lines lie so near to each other, in ems, and the next row's farther. */
const HEAD_STEP_EM = 1.4;
const HEAD_ROOM_EM = 2.5;
const HEAD_ROWS_MAX = 2;
/** And are no higher together, in points. */
const HEAD_MAX = 150;
/** Of the rows, so many have a text beside another. */
const SHARED_ROWS_MIN = 0.7;
const VALUE_LETTERS_MAX = 600;
/** What tells something, as specks of a scan do not. */
const TOLD = /[\p{L}\p{N}]{2}|\p{Lo}|\p{N}/u;
const SPACE_EM = 0.25;
/** Between a full line of a cell and the next cell there is so much room at most, in ems. */
const PADDING_EM = 1.5;

interface Column {
  readonly x0: number;
  readonly x1: number;
}

/** Lines of a row by the columns that they stand in. */
type Row = readonly (readonly Line[])[];

/** A table that rules part into rows, with the pieces that it is made of. */
export interface Stack {
  readonly pieces: readonly Piece[];
  readonly segment: Segment;
}

/** The tables of a page whose rows are parted by rules, and their columns by nothing. */
export function stacksOf(pieces: readonly Piece[], lying: readonly Rule[]): Stack[] {
  return groupsOf(lying).flatMap((rules) => stacksWithin(pieces, rules));
}

function groupsOf(lying: readonly Rule[]): Rule[][] {
  const groups: Rule[][] = [];
  for (const rule of lying) {
    const group = groups.find((it) => {
      const last = it.at(-1);
      return (
        last &&
        Math.abs(last.from - rule.from) <= SAME_ENDS &&
        Math.abs(last.to - rule.to) <= SAME_ENDS &&
        rule.at - last.at <= ROW_MAX
      );
    });
    if (group) group.push(rule);
    else groups.push([rule]);
  }
  return groups.filter(({ length }) => length >= RULES_MIN);
}

/** What stands between two rules. */
interface Band {
  readonly top: number;
  readonly bottom: number;
  readonly segments: readonly Segment[];
}

/** Texts with gaps between them that may be those of columns. */
function partsOf(pieces: readonly Piece[]): Segment[] {
  return segmentsOf(pieces).flatMap((segment) => segment.loose ?? [segment]);
}

function stacksWithin(pieces: readonly Piece[], rules: readonly Rule[]): Stack[] {
  const { from = 0, to = 0 } = rules[0] ?? {};
  const across = pieces.filter(
    ({ x, width }) => x >= from - SAME_ENDS && x + width <= to + SAME_ENDS,
  );
  const bands = rules.slice(1).map(({ at: bottom }, index) => {
    const top = rules[index]?.at ?? bottom;
    return { top, bottom, segments: partsOf(across.filter(({ y }) => y > top && y <= bottom)) };
  });
  const stacks: Stack[] = [];
  for (let start = 0; start < bands.length;) {
    const run = runFrom(bands, start);
    const floor = bands[start - 1]?.top ?? Number.NEGATIVE_INFINITY;
    const stack = stackOf(
      across.filter(({ y }) => y > floor),
      run,
      to,
    );
    if (stack) stacks.push(stack);
    start += Math.max(1, run.bands.length);
  }
  return stacks;
}

/** Bands that follow each other as rows of one table. */
interface Run {
  readonly bands: readonly Band[];
  /** What tells its columns. */
  readonly shaping: readonly Segment[];
}

function runFrom(bands: readonly Band[], start: number): Run {
  const run: Band[] = [];
  let shaping: readonly Segment[] = [];
  for (const band of bands.slice(start)) {
    if (!isTight(band.segments)) break;
    const together = [...shaping, ...band.segments];
    const [before, after] = [columnsOf(shaping, 0).length, columnsOf(together, 0).length];
    // A row of sums may lie across columns.
    const isOfSums =
      2 * band.segments.length <= before && band.segments.some(({ text }) => FIGURE.test(text));
    if (after > 1 && after >= before) shaping = together;
    else if (!isOfSums) break;
    run.push(band);
  }
  // What ends with a single text ends with the title of what follows.
  const last = run.findLastIndex(({ segments }) => segments.length > 1);
  return { bands: run.slice(0, last + 1), shaping };
}

/** Whether lines lie as near to each other as those of one row. */
function isTight(segments: readonly Segment[]): boolean {
  const lines = segments.toSorted((a, b) => a.y - b.y);
  return lines.every(({ y, size }, at) => y - (lines[at - 1]?.y ?? y) <= HEAD_STEP_EM * size);
}

function stackOf(pieces: readonly Piece[], run: Run, end: number): Stack | undefined {
  const [first, last] = [run.bands[0], run.bands.at(-1)];
  if (!first || !last || first === last) return undefined;
  const above = partsOf(pieces.filter(({ y }) => y <= first.top && y > first.top - HEAD_MAX));
  const heads = headsOf(run.shaping, above, first.top);
  const columns = columnsOf([...run.shaping, ...heads.flat()], end);
  const rows = run.bands
    .map(({ segments }) => rowIn(columns, segments))
    .filter((row) => row.flat().length > 0);
  if (!areOfValues(rows) || !rows.every((row) => isOneRow(row, columns))) return undefined;
  const all = [...heads.map((head) => rowIn(columns, head)), ...rows];
  const top = Math.min(...all.flat(2).map(({ y, size }) => y - size / 2));
  return {
    pieces: pieces.filter(({ y }) => y >= top && y <= last.bottom),
    segment: blockSegment(all.flat(2), tableOf(textsOf(all))),
  };
}

function textsOf(rows: readonly Row[]): string[][] {
  const texts = rows.map((row) => row.map(cellTextOf));
  return isRtlRow(rows.flat(2)) ? texts.map((row) => row.toReversed()) : texts;
}

/** Where texts lie, seen from above: each column reaches to where the next one begins, the last to the rules' end. */
function columnsOf(segments: readonly Segment[], end: number): Column[] {
  const found: { x0: number; x1: number }[] = [];
  for (const { x0, x1, size } of segments.toSorted((a, b) => a.x0 - b.x0)) {
    const last = found.at(-1);
    if (last && x0 - last.x1 < GUTTER_EM * size) last.x1 = Math.max(last.x1, x1);
    else found.push({ x0, x1 });
  }
  return found.map(({ x0 }, at) => ({ x0, x1: found[at + 1]?.x0 ?? end }));
}

function rowIn(columns: readonly Column[], segments: readonly Segment[]): Row {
  const ordered = segments.toSorted((a, b) => a.y - b.y);
  return columns.map(({ x0, x1 }) =>
    rowsOf(ordered.filter((it) => it.x0 >= x0 - 1 && it.x0 < x1 - 1)).map(lineOf),
  );
}

/** Whether texts stand beside each other in most rows, and none is as long as a column of the page. */
function areOfValues(rows: readonly Row[]): boolean {
  const shared = rows.filter((row) => filledIn(row) > 1);
  const cells = rows.flat().filter(({ length }) => length > 0);
  const letters = (lines: readonly Line[]) => lines.reduce((sum, { text }) => sum + text.length, 0);
  return (
    rows.length >= RULES_MIN - 1 &&
    shared.length >= SHARED_ROWS_MIN * rows.length &&
    2 * cells.filter((lines) => lines.some(({ text }) => TOLD.test(text))).length > cells.length &&
    cells.every((lines) => letters(lines) <= VALUE_LETTERS_MAX)
  );
}

function filledIn(row: Row): number {
  return row.filter(({ length }) => length > 0).length;
}

/** Whether a cell's lines go on because they are full: where two cells go on before, or all alike, there are rows. */
function isOneRow(row: Row, columns: readonly Column[]): boolean {
  const filled = row.filter(({ length }) => length > 0);
  const [first = []] = filled;
  if (first.length > 1 && filled.every(({ length }) => length === first.length)) return false;
  const ending = row.filter((lines, at) => {
    const { x0 = 0, x1 = 0 } = columns[at] ?? {};
    return lines.slice(1).some((line, index) => !isFull(lines[index], line, x1 - x0));
  });
  return ending.length < 2;
}

/** Whether the first word of a line had no place on the one before. */
function isFull(before: Line | undefined, line: Line, room: number): boolean {
  if (!before || before.text.endsWith("-")) return true;
  if (FIGURE.test(line.text)) return false;
  const [word = ""] = line.text.split(" ");
  const wordWidth = ((line.x1 - line.x0) * word.length) / (line.text.length || 1);
  return before.x1 - before.x0 + SPACE_EM * line.size + wordWidth > room - PADDING_EM * line.size;
}

/** The rows right above the first rule that stand in the table's columns: its head, and perhaps its first row. */
function headsOf(
  shaping: readonly Segment[],
  above: readonly Segment[],
  top: number,
): (readonly Segment[])[] {
  const heads: (readonly Segment[])[] = [];
  const count = columnsOf(shaping, 0).length;
  let below = top;
  while (heads.length < HEAD_ROWS_MAX) {
    const head = lowestGroup(above, below);
    const columns = columnsOf([...shaping, ...heads.flat(), ...head], Infinity);
    if (columns.length !== count || filledIn(rowIn(columns, head)) < 2) break;
    heads.unshift(head);
    below = Math.min(...head.map(({ y, size }) => y - size / 2));
  }
  return heads;
}

/** The lines above a place that lie close to each other, and not far from it. */
function lowestGroup(segments: readonly Segment[], below: number): Segment[] {
  const group: Segment[] = [];
  let bottom = below;
  for (const segment of segments.toSorted((a, b) => b.y - a.y)) {
    if (segment.y >= below) continue;
    const step = group.length > 0 ? HEAD_STEP_EM : HEAD_ROOM_EM;
    if (bottom - segment.y > step * segment.size) break;
    group.push(segment);
    bottom = segment.y;
  }
  return group;
}
