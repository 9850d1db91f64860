import { withBorrowedLetters } from "./borrowed-letters.ts";
import { withCentredCells } from "./centred-cells.ts";
import { type Line, lineOf } from "./line.ts";
import { matrixOf } from "./matrix.ts";
import { readingOrder } from "./order.ts";
import { type Orientation, orientationsOf, type TextItem, turnedBack } from "./piece.ts";
import { rowsOf } from "./rows.ts";
import { type PaintedPath, rulesOf } from "./ruled/rules.ts";
import { segmentsAround } from "./ruled/tables.ts";
import { type Segment, segmentsOf } from "./segment.ts";

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

/** What a page draws, as pdf.js tells it. */
export interface Drawn {
  readonly items: Iterable<TextItem>;
  readonly paths: readonly PaintedPath[];
  /** From the page's space to what a reader sees, y downwards. */
  readonly view: readonly number[];
  readonly isVertical: (fontName: string) => boolean;
}

/** Puts a page's text items into lines, and those into reading order. */
export function layoutOf(drawn: Drawn): Layout {
  const [main = [], ...others] = orientationsOf(drawn.items, drawn.view, drawn.isVertical).map(
    (orientation) =>
      readingOrder(segmentsIn(orientation, drawn)).map((stretch) =>
        withCentredCells(rowsOf(stretch).map(lineOf)),
      ),
  );
  return { main, others: others.flat(), comments: [] };
}

function segmentsIn({ pieces, angle }: Orientation, { paths, view }: Drawn): Segment[] {
  const whole = withBorrowedLetters(pieces);
  if (paths.length === 0) return segmentsOf(whole);
  const [a, b, c, d, e, f] = matrixOf(view);
  const place = (x: number, y: number) => turnedBack(a * x + c * y + e, b * x + d * y + f, angle);
  return segmentsAround(whole, rulesOf(paths, place));
}
