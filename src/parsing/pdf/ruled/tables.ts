import type { Piece } from "../piece.ts";
import { type Segment, segmentsOf } from "../segment.ts";
import { cellsOf, isInside, isOfValues } from "./cells.ts";
import { gridsOf } from "./grid.ts";
import type { Rules } from "./rules.ts";
import { stacksOf } from "./stacks.ts";
import { sectionsOf } from "./sections.ts";

/** Beyond so many tables, lines of one kind or texts a page is a drawing, and looking for tables would take too long. */
const TABLES_MAX = 200;
const RULES_MAX = 1_000;
const PIECES_MAX = 4_000;

/**
 * The segments of a page, of which what stands between the lines of a table makes one: those lines say better than
 * any gap what belongs together.
 *
 * @param pieces in the order in which they are drawn
 */
export function segmentsAround(pieces: readonly Piece[], rules: Rules): Segment[] {
  const { lying, standing } = rules;
  if (Math.max(lying.length, standing.length) > RULES_MAX || pieces.length > PIECES_MAX)
    return segmentsOf(pieces);
  const tableAt = new Map<Piece, readonly Segment[]>();
  for (const grid of gridsOf(rules).slice(0, TABLES_MAX)) {
    const inside = pieces.filter((piece) => !tableAt.has(piece) && isInside(grid, piece));
    const cells = cellsOf(grid, inside);
    const table = isOfValues(grid, cells) ? sectionsOf(grid, cells) : undefined;
    if (table) for (const piece of inside) tableAt.set(piece, table);
  }
  const free = pieces.filter((piece) => !tableAt.has(piece));
  for (const { pieces: inside, segment } of stacksOf(free, lying)) {
    const table = [segment];
    for (const piece of inside) tableAt.set(piece, table);
  }
  if (tableAt.size === 0) return segmentsOf(pieces);
  const segments: Segment[] = [];
  let around: Piece[] = [];
  const seen = new Set<readonly Segment[]>();
  for (const piece of pieces) {
    const table = tableAt.get(piece);
    if (!table) around.push(piece);
    // A table stands where its first piece is drawn.
    if (!table || seen.has(table)) continue;
    seen.add(table);
    segments.push(...segmentsOf(around), ...table);
    around = [];
  }
  return [...segments, ...segmentsOf(around)];
}
