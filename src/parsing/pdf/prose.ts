import type { Segment } from "./segment.ts";

/** A line of prose is at least so long; a table's cells are shorter. */
const PROSE_EM_MIN = 9;
/** And fills its column at least so far. */
const PROSE_FILL_MIN = 0.5;

/** Whether most of what stands in a column is as long as lines of prose are. */
export function isProse(segments: readonly Segment[]): boolean {
  const extent = Math.max(...segments.map((s) => s.x1)) - Math.min(...segments.map((s) => s.x0));
  const long = segments.filter(
    ({ x0, x1, size }) => x1 - x0 >= PROSE_EM_MIN * size && x1 - x0 >= PROSE_FILL_MIN * extent,
  );
  return long.length >= segments.length / 2;
}
