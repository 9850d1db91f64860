import { findGutter } from "./gutter.ts";
import { isRtlRow } from "./line.ts";
import type { Segment } from "./segment.ts";

/** Recursion: columns in columns; no page has more. */
const DEPTH_MAX = 4;
/** Beyond so many segments a page is a drawing, and looking for columns would take too long. */
const SEGMENTS_MAX = 4_000;

/**
 * Puts a page's segments into reading order: stretches to be read top to bottom, each row from left to right.
 *
 * Columns of prose are read one after the other, in Arabic and its like from the right one on. What merely
 * looks like columns but is short is a table or a form, and is read row by row.
 */
export function readingOrder(segments: readonly Segment[]): Segment[][] {
  if (segments.length > SEGMENTS_MAX) return [[...segments]];
  const places = new Map(segments.map((segment, place) => [segment, place]));
  return stretchesOf(segments, (segment) => places.get(segment) ?? 0, 0);
}

function stretchesOf(
  segments: readonly Segment[],
  place: (segment: Segment) => number,
  depth: number,
): Segment[][] {
  const fromTop = segments.toSorted((a, b) => a.y - b.y);
  const gutter = depth < DEPTH_MAX ? findGutter(fromTop, place) : undefined;
  if (gutter === undefined) return segments.length > 0 ? [[...segments]] : [];
  const { x, zones } = gutter;
  const read = (part: readonly Segment[]) =>
    stretchesOf(
      part.toSorted((a, b) => place(a) - place(b)),
      place,
      depth + 1,
    );
  const stretches: Segment[][] = [];
  let done = 0;
  for (const { start, end } of zones) {
    const zone = fromTop.slice(start, end);
    const columns = [zone.filter(({ x0 }) => x0 < x), zone.filter(({ x0 }) => x0 >= x)];
    if (isRtlRow(zone)) columns.reverse();
    stretches.push(...read(fromTop.slice(done, start)), ...columns.flatMap(read));
    done = end;
  }
  return [...stretches, ...read(fromTop.slice(done))];
}
