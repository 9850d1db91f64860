import { type Matrix, matrixOf, multiply } from "./matrix.ts";

/** A stretch of text as a PDF page places it. Lengths are in points; x grows along the line, y from line to line. */
export interface Piece {
  readonly text: string;
  /** Where the text begins, whichever way it reads. */
  readonly x: number;
  /** The baseline. */
  readonly y: number;
  readonly width: number;
  /** The font's size. */
  readonly size: number;
  /** What pdf.js calls the font. */
  readonly font: string;
}

/** What pdf.js tells of a piece of text, as far as it matters here. */
export interface TextItem {
  readonly str: string;
  readonly transform: readonly number[];
  readonly width: number;
  readonly height: number;
  readonly fontName: string;
}

/** All pieces of a page that run the same way, turned upright. */
export interface Orientation {
  readonly pieces: readonly Piece[];
  /** How far they were turned, in degrees. */
  readonly angle: number;
}

const RIGHT_ANGLE = 90;

/**
 * A page's text items by the direction that they run in, so that all that follows knows horizontal lines only. The
 * one with the most text comes first.
 *
 * @param view from the page's space to what a reader sees, y downwards
 * @param isVertical whether a font writes from top to bottom
 */
export function orientationsOf(
  items: Iterable<TextItem>,
  view: readonly number[],
  isVertical: (fontName: string) => boolean,
): Orientation[] {
  const groups = new Map<string, Orientation & { readonly pieces: Piece[] }>();
  for (const item of items) {
    if (item.str === "") continue;
    const matrix = multiply(matrixOf(view), matrixOf(item.transform));
    const vertical = isVertical(item.fontName);
    const angle = vertical ? RIGHT_ANGLE : roundedAngle(matrix);
    const key = `${vertical} ${angle}`;
    const group = groups.get(key) ?? { angle, pieces: [] };
    groups.set(key, group);
    group.pieces.push(pieceOf(item, matrix, angle, vertical));
  }
  return [...groups.values()].toSorted((a, b) => lengthOf(b) - lengthOf(a));
}

function lengthOf({ pieces }: Orientation): number {
  return pieces.reduce((sum, { text }) => sum + text.length, 0);
}

function pieceOf(item: TextItem, matrix: Matrix, angle: number, vertical: boolean): Piece {
  const [, , c, d, e, f] = matrix;
  const [x, y] = turnedBack(e, f, angle);
  return {
    text: item.str,
    x,
    y,
    width: vertical ? item.height : item.width,
    size: Math.hypot(c, d) || 1,
    font: item.fontName,
  };
}

/** A place as it lies for those who read lines of such an angle upright. */
export function turnedBack(x: number, y: number, angle: number): readonly [number, number] {
  const radians = (angle * Math.PI) / 180;
  const [cos, sin] = [Math.cos(radians), Math.sin(radians)];
  return [x * cos + y * sin, y * cos - x * sin];
}

function roundedAngle([a, b]: Matrix): number {
  const degrees = Math.round((Math.atan2(b, a) * 180) / Math.PI);
  return degrees === -180 ? 180 : degrees;
}
