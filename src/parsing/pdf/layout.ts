import { withBorrowedLetters } from "./borrowed-letters.ts";
import { withCentredCells } from "./centred-cells.ts";
import { type Line, lineOf } from "./line.ts";
import { readingOrder } from "./order.ts";
import { piecesByDirection, type TextItem } from "./piece.ts";
import { rowsOf } from "./rows.ts";
import { segmentsOf } from "./segment.ts";

/** Lines that are read one below the other: a column, or what lies across columns. */
export type Stretch = readonly Line[];

/** A page's lines in reading order. */
export interface Layout {
  /** What runs the way that most of the page does. */
  readonly main: readonly Stretch[];
  /** What runs otherwise: notes up the margin, labels of a drawing. */
  readonly others: readonly Stretch[];
  /** What was noted on it. */
  readonly comments: readonly string[];
}

export const EMPTY_LAYOUT: Layout = { main: [], others: [], comments: [] };

/** Puts a page's text items into lines, and those into reading order. */
export function layoutOf(
  items: Iterable<TextItem>,
  view: readonly number[],
  isVertical: (fontName: string) => boolean,
): Layout {
  const [main = [], ...others] = piecesByDirection(items, view, isVertical).map((pieces) =>
    readingOrder(segmentsOf(withBorrowedLetters(pieces))).map((stretch) =>
      withCentredCells(rowsOf(stretch).map(lineOf)),
    ),
  );
  return { main, others: others.flat(), comments: [] };
}
