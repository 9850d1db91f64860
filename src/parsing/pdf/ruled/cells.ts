import type { Piece } from "../piece.ts";
import type { Grid } from "./grid.ts";

/** A cell of a grid with text in it. */
export interface Cell {
  /** Its first row, and its first column, from 0. */
  readonly row: number;
  readonly column: number;
  readonly pieces: readonly Piece[];
}

/** Of the size of a letter, how high above its baseline its middle is. */
const MIDDLE_EM = 0.35;
/** More letters in one cell are a column of the page rather than a value. */
const VALUE_LETTERS_MAX = 1_500;
/** Where fewer places have text, it is a diagram, or a drawing with labels. */
const FILLED_SHARE_MIN = 0.35;
/** Two words, no empty box of a form. */
const DIVISIBLE = /[^\s[] +\S/;
/** Labels of a plot lie on its lines. */
const CROSSED_SHARE_MAX = 0.1;
/** So many rows have a text beside another. */
const SHARED_ROWS_MIN = 0.4;
/** Some tables are open to the left and to the right. */
const SIDES_MIN = 3;
const CLOSED_SHARE_MIN = 0.8;

export function isInside({ xs, ys }: Grid, piece: Piece): boolean {
  return placeIn(xs, middleX(piece)) !== undefined && placeIn(ys, middleY(piece)) !== undefined;
}

/** A piece with a space where a line runs through it is the text of two cells. */
function dividedAt(grid: Grid, piece: Piece): Piece[] {
  const { text, x, width } = piece;
  const edge = edgeThrough(grid, piece);
  if (edge === undefined || !DIVISIBLE.test(text)) return [piece];
  const space = nearestSpace(text, ((edge - x) / width) * text.length);
  const before = (width * space) / text.length;
  const left = { ...piece, text: text.slice(0, space), width: Math.min(before, edge - x) };
  const start = Math.max(x + before, edge);
  const right = { ...piece, text: text.slice(space + 1), x: start, width: x + width - start };
  return [left, ...dividedAt(grid, right)];
}

/** Where the first line between two cells runs down through a piece. */
function edgeThrough({ xs, ys, cells }: Grid, piece: Piece): number | undefined {
  const row = cells[placeIn(ys, middleY(piece)) ?? -1] ?? [];
  const [left, right] = [piece.x + piece.size / 2, piece.x + piece.width - piece.size / 2];
  return xs.find((x, at) => row[at] !== row[at - 1] && x > left && x < right);
}

function nearestSpace(text: string, place: number): number {
  const spaces = [...text.matchAll(/ /g)].map(({ index }) => index);
  return spaces.reduce((a, b) => (Math.abs(b - place) < Math.abs(a - place) ? b : a));
}

/** The cells with text, row by row from left to right. @param pieces those inside the grid */
export function cellsOf(grid: Grid, pieces: readonly Piece[]): Cell[] {
  const { xs, ys, cells } = grid;
  const found = Map.groupBy(
    pieces.flatMap((piece) => dividedAt(grid, piece)),
    (piece) => cells[placeIn(ys, middleY(piece)) ?? 0]?.[placeIn(xs, middleX(piece)) ?? 0] ?? 0,
  );
  const columns = xs.length - 1;
  return [...found]
    .filter(([, inside]) => lettersIn(inside) > 0)
    .toSorted(([a], [b]) => a - b)
    .map(([cell, inside]) => ({
      row: Math.floor(cell / columns),
      column: cell % columns,
      pieces: inside,
    }));
}

function lettersIn(pieces: readonly Piece[]): number {
  return pieces.reduce((sum, { text }) => sum + text.trim().length, 0);
}

/**
 * Whether this is a table rather than a drawing: lines enclose most cells and run through few texts, and there is
 * text in most places of what has any, often side by side, and nowhere too much.
 */
export function isOfValues(grid: Grid, cells: readonly Cell[]): boolean {
  if (cells.length < 2) return false;
  if (cells.some(({ pieces }) => lettersIn(pieces) > VALUE_LETTERS_MAX)) return false;
  const columns = grid.xs.length - 1;
  const names = new Set(cells.map(({ row, column }) => row * columns + column));
  const closed = [...names].filter((name) => grid.sidesOf(name) >= SIDES_MIN);
  if (closed.length < CLOSED_SHARE_MIN * cells.length) return false;
  const pieces = cells.flatMap((cell) => cell.pieces).filter(({ text }) => text.trim());
  const crossed = pieces.filter((piece) => edgeThrough(grid, piece) !== undefined);
  return crossed.length <= CROSSED_SHARE_MAX * pieces.length && isFilled(grid.cells, names, cells);
}

function isFilled(
  grid: Grid["cells"],
  names: ReadonlySet<number>,
  cells: readonly Cell[],
): boolean {
  const rows = grid
    .map((row) => row.map((cell) => names.has(cell)))
    .filter((row) => row.some(Boolean));
  const columns = rows[0]?.filter((_, at) => rows.some((row) => row[at])).length ?? 0;
  const filled = rows.reduce((sum, row) => sum + row.filter(Boolean).length, 0);
  const inRows = [...Map.groupBy(cells, ({ row }) => row).values()];
  const shared = inRows.filter((row) => row.length > 1);
  return (
    filled >= FILLED_SHARE_MIN * rows.length * columns &&
    shared.length >= SHARED_ROWS_MIN * inRows.length
  );
}

function middleX({ x, width }: Piece): number {
  return x + width / 2;
}

function middleY({ y, size }: Piece): number {
  return y - MIDDLE_EM * size;
}

/** Between which two edges something lies, from 0. */
function placeIn(edges: readonly number[], at: number): number | undefined {
  const next = edges.findIndex((edge) => edge > at);
  return next > 0 ? next - 1 : undefined;
}
