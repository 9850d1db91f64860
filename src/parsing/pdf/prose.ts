import type { Segment } from "./segment.ts";

/** A line of prose is at least so long; a table's cells are shorter. */
const PROSE_EM_MIN = 9;
/** And fills its column at least so far. */
const PROSE_FILL_MIN = 0.5;
/** Of running text most lines are nearly full. */
const FULL = 0.75;
const FULL_SHARE_MIN = 0.75;
const FULL_EM_MIN = 10;
/** The lines of a paragraph lie no farther apart, in ems; those of a form do. */
const STEP_EM_MAX = 1.7;
/** How a line begins that goes on from the one above, and how often at least; some scripts have no capitals. */
const AMID = /^(?:\p{Ll}|\p{Lo}|\p{Lm})/u;
const AMID_SHARE_MIN = 0.3;
const ITEM = /^[•◦▪‣●○■□] ?\p{L}/u;
/** A column of this many lines tells that what was drawn apart from it is none of its own. */
const LONG_COLUMN_LINES_MIN = 6;
/** Where both sides have a gap this much wider than usual, there are rows. */
const BREAK_SHARE = 1.3;

/** Whether most of what stands in a column is as long as lines of prose are. */
export function isProse(segments: readonly Segment[]): boolean {
  const extent = Math.max(...segments.map((s) => s.x1)) - Math.min(...segments.map((s) => s.x0));
  const long = segments.filter((it) => isLong(it) && widthOf(it) >= PROSE_FILL_MIN * extent);
  return long.length >= segments.length / 2;
}

/**
 * Whether two sides of a part of a page are columns, to be read one after the other, rather than the cells of rows:
 * lists, prose that was drawn side by side, or prose that runs on without gaps that both have in common.
 *
 * @param left from top to bottom, as is the right
 * @param place of a segment in the order of drawing
 */
export function areBeside(
  left: readonly Segment[],
  right: readonly Segment[],
  place: (segment: Segment) => number,
): boolean {
  const sides = [left, right];
  if (sides.every(isListed)) return true;
  if (areDrawnApart(left, right, place)) {
    const prose = sides.filter(isTightProse);
    const isLongColumn = prose.some(({ length }) => length >= LONG_COLUMN_LINES_MIN);
    return prose.length === 2 || (isLongColumn && sides.every((side) => side.some(isLong)));
  }
  return sides.every(isRunning) && !shareGaps(left, right);
}

export function totalWidth(segments: readonly Segment[]): number {
  return segments.reduce((sum, segment) => sum + widthOf(segment), 0);
}

function areDrawnApart(
  left: readonly Segment[],
  right: readonly Segment[],
  place: (segment: Segment) => number,
): boolean {
  const [a, b] = [left.map(place), right.map(place)];
  const [first, last] = [Math.min(...a, ...b), Math.max(...a, ...b)];
  // What was drawn in between, and stands elsewhere, is torn from its neighbours if these are no columns.
  if (last - first >= left.length + right.length) return false;
  return Math.max(...a) < Math.min(...b) || Math.max(...b) < Math.min(...a);
}

function isTightProse(segments: readonly Segment[]): boolean {
  const usual = PROSE_FILL_MIN * usualWidth(segments);
  const long = segments.filter((it) => isLong(it) && widthOf(it) >= usual);
  return 2 * totalWidth(long) >= totalWidth(segments) && goesOn(segments);
}

/** Whether a text fills its lines, but for the last ones of its paragraphs. */
function isRunning(segments: readonly Segment[]): boolean {
  const usual = FULL * usualWidth(segments);
  const full = segments.filter(
    (it) => widthOf(it) >= usual && widthOf(it) >= FULL_EM_MIN * it.size,
  );
  return full.length >= FULL_SHARE_MIN * segments.length && goesOn(segments);
}

/** Whether most lines are items of a list. */
function isListed(segments: readonly Segment[]): boolean {
  return 2 * segments.filter(({ text }) => ITEM.test(text)).length > segments.length;
}

/** The width that few lines exceed. */
function usualWidth(segments: readonly Segment[]): number {
  const widths = segments.map(widthOf).toSorted((a, b) => a - b);
  return widths[Math.floor(0.9 * (widths.length - 1))] ?? 0;
}

/** Whether lines lie close to each other, and many begin within a sentence, as the items of a list do not. */
function goesOn(segments: readonly Segment[]): boolean {
  const next = segments.slice(1);
  const tight = next.filter(({ y, size }, at) => y - (segments[at]?.y ?? y) <= STEP_EM_MAX * size);
  const amid = next.filter(({ text }) => AMID.test(text));
  return 2 * tight.length >= next.length && amid.length >= AMID_SHARE_MIN * next.length;
}

/** Whether both sides are open at the same places, as rows are. */
function shareGaps(left: readonly Segment[], right: readonly Segment[]): boolean {
  const others = gapsOf(right);
  return gapsOf(left).some((a) => others.some((b) => a.from < b.to && b.from < a.to));
}

function gapsOf(segments: readonly Segment[]): { from: number; to: number }[] {
  const steps = segments.slice(1).map(({ y }, at) => ({ from: segments[at]?.y ?? y, to: y }));
  const lengths = steps.map(({ from, to }) => to - from).filter((length) => length > 1);
  const usual = lengths.toSorted((a, b) => a - b)[lengths.length >> 1] ?? 0;
  return steps.filter(({ from, to }) => to - from > BREAK_SHARE * usual);
}

function isLong(segment: Segment): boolean {
  return widthOf(segment) >= PROSE_EM_MIN * segment.size;
}

function widthOf({ x0, x1 }: Segment): number {
  return x1 - x0;
}
