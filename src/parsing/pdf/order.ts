import { isProse } from "./prose.ts";
import type { Segment } from "./segment.ts";

/** Recursion: columns in columns; no page has more. */
const DEPTH_MAX = 4;
/** Beyond so many segments a page is a drawing, and looking for columns would take too long. */
const SEGMENTS_MAX = 4_000;
const COLUMN_LINES_MIN = 4;
const BAND_LINES_MIN = 2;
const GUTTER_EM_MIN = 0.6;
const ALIGNED_POINTS = 2;

/**
 * Puts a page's segments into reading order: stretches to be read top to bottom, each row from left to right.
 *
 * Columns of prose are read one after the other. What merely looks like columns but is short is a table
 * or a form, and is read row by row.
 */
export function readingOrder(segments: readonly Segment[], depth = 0): Segment[][] {
  const gutter =
    depth < DEPTH_MAX && segments.length <= SEGMENTS_MAX ? findGutter(segments) : undefined;
  if (gutter === undefined) return segments.length > 0 ? [[...segments]] : [];
  return bandsOf(segments, gutter).flatMap((band) => {
    const left = band.filter((segment) => segment.x1 <= gutter);
    const right = band.filter((segment) => segment.x0 >= gutter);
    const columnar = left.length >= BAND_LINES_MIN && right.length >= BAND_LINES_MIN;
    if (!columnar || left.length + right.length < band.length) return [band];
    return [...readingOrder(left, depth + 1), ...readingOrder(right, depth + 1)];
  });
}

/** The x of the best gutter: left of an edge that many segments share, with prose on both sides. */
function findGutter(segments: readonly Segment[]): number | undefined {
  let best: { x: number; weight: number } | undefined;
  for (const edge of sharedLeftEdges(segments)) {
    const weight = weightOfGutter(segments, edge);
    if (weight > (best?.weight ?? 0)) best = { x: edge, weight };
  }
  return best?.x;
}

function sharedLeftEdges(segments: readonly Segment[]): number[] {
  const edges = segments.map(({ x0 }) => x0).toSorted((a, b) => a - b);
  const shared: number[] = [];
  let start = 0;
  for (let end = 1; end <= edges.length; end++) {
    const first = edges[start] ?? 0;
    if (end < edges.length && (edges[end] ?? 0) - first <= ALIGNED_POINTS) continue;
    if (end - start >= COLUMN_LINES_MIN) shared.push(first - 0.01);
    start = end;
  }
  return shared;
}

/** The lesser side's width of text, less what crosses the gutter; 0 if this is no gutter. */
function weightOfGutter(segments: readonly Segment[], x: number): number {
  const left = segments.filter((segment) => segment.x1 <= x - GUTTER_EM_MIN * segment.size);
  const right = segments.filter((segment) => segment.x0 >= x);
  if (Math.min(left.length, right.length) < COLUMN_LINES_MIN) return 0;
  if (!isProse(left) || !isProse(right)) return 0;
  const [a, b] = [totalWidth(left), totalWidth(right)];
  return Math.max(0, Math.min(a, b) - (totalWidth(segments) - a - b) / 2);
}

function totalWidth(segments: readonly Segment[]): number {
  return segments.reduce((sum, { x0, x1 }) => sum + x1 - x0, 0);
}

/** From top to bottom: stretches in which nothing crosses the gutter, and what crosses it between them. */
function bandsOf(segments: readonly Segment[], gutter: number): Segment[][] {
  const bands: { crossing: boolean; members: Segment[] }[] = [];
  for (const segment of segments.toSorted((a, b) => a.y - b.y)) {
    const crossing = segment.x0 < gutter && segment.x1 > gutter;
    const last = bands.at(-1);
    if (last?.crossing === crossing) last.members.push(segment);
    else bands.push({ crossing, members: [segment] });
  }
  return bands.map(({ members }) => members);
}
