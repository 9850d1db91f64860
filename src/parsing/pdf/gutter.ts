import { areBeside, isProse, totalWidth } from "./prose.ts";
import type { Segment } from "./segment.ts";

/** Where two columns meet: left of an edge that many segments share. */
export interface Gutter {
  readonly x: number;
  /** The segments from `start` up to `end`, of those from top to bottom, stand in columns. */
  readonly zones: readonly Zone[];
}

interface Zone {
  readonly start: number;
  readonly end: number;
}

/** Where more segments begin below each other is a drawing, and looking for columns would take too long. */
const EDGES_MAX = 100;
const COLUMN_LINES_MIN = 4;
const BAND_LINES_MIN = 2;
const GUTTER_EM_MIN = 0.6;
const ALIGNED_POINTS = 2;
/** The lines of a column follow each other so closely, in ems, and are as large. */
const STEP_EM_MAX = 1.6;
const SAME_SIZE = 0.5;

/** The gutter that parts the most text, if there is one. @param segments from top to bottom */
export function findGutter(
  segments: readonly Segment[],
  place: (segment: Segment) => number,
): Gutter | undefined {
  const edges = sharedLeftEdges(segments);
  return best(edges, (x) => ofPage(segments, x)) ?? best(edges, (x) => ofParts(segments, x, place));
}

interface Weighed extends Gutter {
  readonly weight: number;
}

function best(
  edges: readonly number[],
  weigh: (x: number) => Weighed | undefined,
): Gutter | undefined {
  let found: Weighed | undefined;
  for (const x of edges) {
    const gutter = weigh(x);
    if (gutter && gutter.weight > (found?.weight ?? 0)) found = gutter;
  }
  return found;
}

/** Where many segments begin: the most shared edges, from left to right. */
function sharedLeftEdges(segments: readonly Segment[]): number[] {
  const edges = segments.map(({ x0 }) => x0).toSorted((a, b) => a - b);
  const shared: { x: number; count: number }[] = [];
  let start = 0;
  for (let end = 1; end <= edges.length; end++) {
    const first = edges[start] ?? 0;
    if (end < edges.length && (edges[end] ?? 0) - first <= ALIGNED_POINTS) continue;
    if (end - start >= COLUMN_LINES_MIN) shared.push({ x: first - 0.01, count: end - start });
    start = end;
  }
  const most = shared.toSorted((a, b) => b.count - a.count).slice(0, EDGES_MAX);
  return most.map(({ x }) => x).toSorted((a, b) => a - b);
}

/** A gutter with prose on both sides over the whole page, by the lesser side's text less what crosses it. */
function ofPage(segments: readonly Segment[], x: number): Weighed | undefined {
  const [left, right] = sidesOf(segments, x);
  if (Math.min(left.length, right.length) < COLUMN_LINES_MIN) return undefined;
  if (!isProse(left) || !isProse(right)) return undefined;
  const [a, b] = [totalWidth(left), totalWidth(right)];
  const weight = Math.min(a, b) - (totalWidth(segments) - a - b) / 2;
  if (weight <= 0) return undefined;
  const zones = bandsOf(segments, x).filter(({ start, end }) => {
    const band = segments.slice(start, end);
    const [before, after] = sidesOf(band, x, 0);
    return Math.min(before.length, after.length) >= BAND_LINES_MIN;
  });
  return { x, weight, zones };
}

/** A gutter between columns that take a part of the page only: what is above and below them is code or a table, say. */
function ofParts(
  segments: readonly Segment[],
  x: number,
  place: (segment: Segment) => number,
): Weighed | undefined {
  let weight = 0;
  const zones = bandsOf(segments, x).flatMap((band) => {
    const zone = columnsIn(segments, band, x, place);
    const [left, right] = zone ? sidesOf(segments.slice(zone.start, zone.end), x) : [[], []];
    if (!zone || left.length + right.length < zone.end - zone.start) return [];
    if (Math.min(left.length, right.length) < COLUMN_LINES_MIN) return [];
    if (!areBeside(left, right, place)) return [];
    weight += Math.min(totalWidth(left), totalWidth(right));
    return [zone];
  });
  return weight > 0 ? { x, weight, zones } : undefined;
}

/** What stands wholly on either side. */
function sidesOf(
  segments: readonly Segment[],
  x: number,
  gutterEm = GUTTER_EM_MIN,
): [Segment[], Segment[]] {
  return [
    segments.filter((segment) => segment.x1 <= x - gutterEm * segment.size),
    segments.filter((segment) => segment.x0 >= x),
  ];
}

/** The stretches in which nothing crosses a gutter. */
function bandsOf(segments: readonly Segment[], x: number): Zone[] {
  const bands: Zone[] = [];
  let start = 0;
  for (let end = 0; end <= segments.length; end++) {
    const segment = segments[end];
    if (segment && !(segment.x0 < x && segment.x1 > x)) continue;
    if (end - start >= 2 * BAND_LINES_MIN) bands.push({ start, end });
    start = end + 1;
  }
  return bands;
}

/** The part of a band in which both sides have text, and the lines that go on from it. */
function columnsIn(
  segments: readonly Segment[],
  band: Zone,
  x: number,
  place: (segment: Segment) => number,
): Zone | undefined {
  const isLeft = (at: number) => (segments[at]?.x0 ?? 0) < x;
  const places = Array.from({ length: band.end - band.start }, (_, at) => band.start + at);
  const [left, right] = [places.filter(isLeft), places.filter((at) => !isLeft(at))];
  if (Math.min(left.length, right.length) < COLUMN_LINES_MIN) return undefined;
  const start = Math.max(left[0] ?? 0, right[0] ?? 0);
  const end = Math.min(left.at(-1) ?? 0, right.at(-1) ?? 0);
  if (start >= end) return undefined;
  const ends = [left, right].map((side) => reachFrom(end, side, segments));
  const starts = [left, right].map((side) => reachFrom(start, side.toReversed(), segments));
  const zone = { start: Math.min(...starts), end: Math.max(...ends) + 1 };
  return withDrawnBetween(zone, band, segments, place);
}

/** A zone with what stands next to it and was drawn in the midst of it: the longer column's end, say. */
function withDrawnBetween(
  { start, end }: Zone,
  band: Zone,
  segments: readonly Segment[],
  place: (segment: Segment) => number,
): Zone {
  const places = segments.slice(start, end).map(place);
  const [first, last] = [Math.min(...places), Math.max(...places)];
  const isWithin = (at: number) => {
    const segment = segments[at];
    return segment !== undefined && place(segment) > first && place(segment) < last;
  };
  let [from, to] = [start, end];
  while (from > band.start && isWithin(from - 1)) from--;
  while (to < band.end && isWithin(to)) to++;
  return { start: from, end: to };
}

/** How far the lines of a side go on beyond a place, as those of one paragraph do. */
function reachFrom(place: number, side: readonly number[], segments: readonly Segment[]): number {
  const isDown = (side[0] ?? 0) < (side.at(-1) ?? 0);
  const beyond = side.findIndex((at) => (isDown ? at > place : at < place));
  let reached = place;
  for (let index = beyond; index > 0 && index < side.length; index++) {
    const [before, line] = [segments[side[index - 1] ?? -1], segments[side[index] ?? -1]];
    if (!before || !line || !goesOn(before, line)) break;
    reached = side[index] ?? reached;
  }
  return reached;
}

function goesOn(before: Segment, line: Segment): boolean {
  return (
    Math.abs(line.y - before.y) <= STEP_EM_MAX * line.size &&
    Math.abs(line.size - before.size) <= SAME_SIZE
  );
}
