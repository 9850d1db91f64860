import { isProse } from "./prose.ts";
import type { Segment } from "./segment.ts";

/** A row of segments, from its first to its last in reading direction. */
export type Row = readonly Segment[];

/** Baselines so near are one row. */
const ROW_EM = 0.35;
/** The parts of a formula or a matrix jump up by less than this. */
const JUMP_EM = 4;

/** An index or a glossary in columns is long; blocks of a form that are side by side are short, and no prose. */
const COLUMN_SEGMENTS_MIN = 10;
const PROSE_SEGMENTS_MIN = 3;
/** What is drawn here and there is a drawing. */
const COLUMN_RUNS_MAX = 50;

/** What the page draws without going back up: read in the order of drawing, unless another run lies beside it. */
interface Run {
  /** Its place in the order of drawing. */
  readonly order: number;
  readonly segments: Segment[];
  top: number;
  bottom: number;
}

/**
 * The rows of a stretch, from top to bottom.
 *
 * Programs mostly draw in reading order, and know better than any geometry how a formula reads. Only where
 * they do not, as in forms drawn block by block or with the header last, do positions decide.
 */
export function rowsOf(stretch: readonly Segment[]): Row[] {
  return clustersOf(runsOf(stretch)).flatMap((cluster) =>
    groupsOf(cluster).flatMap((runs) => {
      const segments = runs.flatMap((run) => run.segments);
      return gatherRows(runs.length > 1 ? segments.toSorted(byPosition) : segments);
    }),
  );
}

/** Runs that are read as drawn one after the other, and between them those that are read across. */
function groupsOf(cluster: readonly Run[]): Run[][] {
  if (cluster.length > COLUMN_RUNS_MAX) return [[...cluster]];
  const groups: Run[][] = [];
  for (const run of cluster) {
    const mixed = groups.findIndex((group) => group.some((before) => !areInOrder(before, run)));
    const together = mixed < 0 ? [] : groups.splice(mixed).flat();
    groups.push([...together, run]);
  }
  return groups;
}

/** Whether a run lies below the one that was drawn before it, or beside it as the next column does. */
function areInOrder(before: Run, run: Run): boolean {
  return run.top > before.bottom || areColumns(before, run);
}

function areColumns(left: Run, right: Run): boolean {
  const [top, bottom] = [Math.max(left.top, right.top), Math.min(left.bottom, right.bottom)];
  const beside = (run: Run) => run.segments.filter(({ y }) => y >= top && y <= bottom);
  const [a, b] = [beside(left), beside(right)];
  const length = Math.min(a.length, b.length);
  const isLong = length >= COLUMN_SEGMENTS_MIN;
  if (!isLong && !(length >= PROSE_SEGMENTS_MIN && isProse(a) && isProse(b))) return false;
  return Math.max(...a.map(({ x1 }) => x1)) < Math.min(...b.map(({ x0 }) => x0));
}

function byPosition(a: Segment, b: Segment): number {
  return a.y - b.y || a.x0 - b.x0;
}

function runsOf(segments: readonly Segment[]): Run[] {
  const runs: Run[] = [];
  for (const segment of segments) {
    const run = runs.at(-1);
    if (run && segment.y >= run.bottom - JUMP_EM * segment.size) {
      run.segments.push(segment);
      run.top = Math.min(run.top, segment.y);
      run.bottom = Math.max(run.bottom, segment.y);
    } else {
      runs.push({ order: runs.length, segments: [segment], top: segment.y, bottom: segment.y });
    }
  }
  return runs;
}

/** Runs side by side belong together; the clusters come from top to bottom, their runs as drawn. */
function clustersOf(runs: readonly Run[]): Run[][] {
  const clusters: Run[][] = [];
  let bottom = Number.NEGATIVE_INFINITY;
  for (const run of runs.toSorted((a, b) => a.top - b.top)) {
    const size = run.segments[0]?.size ?? 0;
    const last = clusters.at(-1);
    if (last && run.top <= bottom + ROW_EM * size) last.push(run);
    else clusters.push([run]);
    bottom = Math.max(bottom, run.bottom);
  }
  return clusters.map((cluster) => cluster.toSorted((a, b) => a.order - b.order));
}

function gatherRows(segments: readonly Segment[]): Row[] {
  const rows: Segment[][] = [];
  for (const segment of segments) {
    const row = rows.at(-1);
    if (row && isSameRow(row, segment)) row.push(segment);
    else rows.push([segment]);
  }
  return rows;
}

function isSameRow(row: Row, segment: Segment): boolean {
  if (segment.block !== undefined || row.some(({ block }) => block !== undefined)) return false;
  const main = row.reduce((a, b) => (b.size > a.size ? b : a));
  const near = Math.abs(segment.y - main.y) <= ROW_EM * Math.max(main.size, segment.size);
  return near && !row.some((other) => overlaps(other, segment));
}

/** Two texts one above the other are two rows, however near. */
function overlaps(a: Segment, b: Segment): boolean {
  const shared = Math.min(a.x1, b.x1) - Math.max(a.x0, b.x0);
  return shared > 0.5 * Math.min(a.x1 - a.x0, b.x1 - b.x0);
}
