import type { Grey } from "../../ocr/png.ts";
import { boundsOf, inverse, type Matrix, multiply } from "../matrix.ts";
import { leanOf } from "./lean.ts";
import type { Paint } from "./paints.ts";
import { type Shades, shrunk } from "./shades.ts";

/** What a page is, in its own units. */
export interface PageFrame {
  /** From the page's units to its upright top left corner, a dot a unit. */
  readonly toView: Matrix;
  readonly width: number;
  readonly height: number;
}

/** A4 at 400 dots an inch; more only takes longer to recognise. */
const DOTS_MAX = 16e6;
/** Letters of fewer dots are recognised badly: a smaller page is enlarged, up to `ENLARGED_MAX` times. */
const LONG_SIDE_MIN = 2_000;
const ENLARGED_MAX = 4;
/** Less does no harm. */
const LEAN_MIN_DEGREES = 0.5;
/** So that a page of 10,000 dots is off by one at most. */
const DOT_FOR_DOT = 1e-4;
const WHITE = 255;
/** Among the dots of a canvas; a page of so few is no scan. */
const SIDE_MIN = 16;

/** What share of the page its pictures cover, from 0; those that lie on each other count twice. */
export function coverage(paints: readonly Paint[], frame: PageFrame): number {
  const areas = paints.map(({ matrix }) => {
    const { left, right, top, bottom } = boundsOf(multiply(frame.toView, matrix));
    const width = Math.min(right, frame.width) - Math.max(left, 0);
    const height = Math.min(bottom, frame.height) - Math.max(top, 0);
    return Math.max(0, width) * Math.max(0, height);
  });
  return areas.reduce((sum, area) => sum + area, 0) / (frame.width * frame.height);
}

export interface PagePicture extends Grey {
  /** Its lines leaned, and were put straight. */
  readonly leaned: boolean;
}

/**
 * The page as its pictures show it, upright, on white, with lines that leaned put straight: tesseract misses those
 * that lean by two degrees. Undefined if there is nothing to be seen.
 */
export function pagePicture(paints: readonly Paint[], frame: PageFrame): PagePicture | undefined {
  const scale = scaleOf(paints, frame);
  const [width, height] = [frame.width * scale, frame.height * scale];
  if (!(Math.round(width) >= SIDE_MIN && Math.round(height) >= SIDE_MIN)) return undefined;
  const toCanvas = multiply([scale, 0, 0, scale, 0, 0], frame.toView);
  const page = drawn(paints, toCanvas, width, height);
  const lean = leanOf(page);
  if (Math.abs(lean) < LEAN_MIN_DEGREES) return { ...page, leaned: false };
  const turn = turned(-lean);
  const { left, right, top, bottom } = boundsOf(multiply(turn, [width, 0, 0, height, 0, 0]));
  const straight = multiply([1, 0, 0, 1, -left, -top], multiply(turn, toCanvas));
  return { ...drawn(paints, straight, right - left, bottom - top), leaned: true };
}

/** Clockwise where y runs down. */
function turned(degrees: number): Matrix {
  const angle = (degrees * Math.PI) / 180;
  const [sine, cosine] = [Math.sin(angle), Math.cos(angle)];
  return [cosine, sine, -sine, cosine, 0, 0];
}

function drawn(paints: readonly Paint[], toCanvas: Matrix, wide: number, high: number): Grey {
  const [width, height] = [Math.round(wide), Math.round(high)];
  const canvas = { width, height, pixels: new Uint8Array(width * height).fill(WHITE) };
  for (const { matrix, shades } of paints) draw(canvas, multiply(toCanvas, matrix), shades);
  return canvas;
}

/** Dots of the canvas for a unit of the page: as fine as the largest picture, within what is good to recognise. */
function scaleOf(paints: readonly Paint[], frame: PageFrame): number {
  let largest = 0;
  let finest = 0;
  for (const { matrix, shades } of paints) {
    const size = Math.abs(matrix[0] * matrix[3] - matrix[1] * matrix[2]);
    if (size <= largest) continue;
    largest = size;
    finest = Math.sqrt((shades.width * shades.height) / size);
  }
  const longSide = finest * Math.max(frame.width, frame.height);
  const enlarged = Math.min(ENLARGED_MAX, Math.max(1, Math.ceil(LONG_SIDE_MIN / longSide)));
  return Math.min(finest * enlarged, Math.sqrt(DOTS_MAX / (frame.width * frame.height)));
}

/** @param matrix from the unit square to the canvas */
function draw(canvas: Grey, matrix: Matrix, shades: Shades): void {
  const { left, right, top, bottom } = boundsOf(matrix);
  const across = Math.hypot(matrix[0], matrix[1]);
  const source = shrunk(shades, Math.floor(shades.width / Math.max(1, across)));
  // A picture's first row is at the top of the unit square, where y is 1.
  const fromCanvas = inverse(multiply(matrix, [1 / source.width, 0, 0, -1 / source.height, 0, 1]));
  if (!fromCanvas) return;
  const [a, b, c, d, e, f] = fromCanvas;
  const shadeAt = isDotForDot(fromCanvas) ? nearest : between;
  const lastX = Math.min(canvas.width, Math.ceil(right));
  const lastY = Math.min(canvas.height, Math.ceil(bottom));
  for (let y = Math.max(0, Math.floor(top)); y < lastY; y++)
    for (let x = Math.max(0, Math.floor(left)); x < lastX; x++) {
      const sx = a * (x + 0.5) + c * (y + 0.5) + e;
      const sy = b * (x + 0.5) + d * (y + 0.5) + f;
      if (sx < 0 || sy < 0 || sx >= source.width || sy >= source.height) continue;
      blend(canvas, y * canvas.width + x, source, sx - 0.5, sy - 0.5, shadeAt);
    }
}

type ShadeAt = typeof between;

function blend(
  canvas: Grey,
  at: number,
  source: Shades,
  x: number,
  y: number,
  shadeAt: ShadeAt,
): void {
  const shade = shadeAt(source.grey, source, x, y);
  if (!source.alpha) canvas.pixels[at] = shade;
  else {
    const alpha = shadeAt(source.alpha, source, x, y) / 255;
    canvas.pixels[at] = shade * alpha + (canvas.pixels[at] ?? WHITE) * (1 - alpha);
  }
}

/** A page that is one picture is drawn as fine as that is: then nothing lies between its dots. */
function isDotForDot([a, b, c, d]: Matrix): boolean {
  const sides = [Math.hypot(a, b), Math.hypot(c, d)];
  const isStraight = Math.min(Math.abs(a), Math.abs(b)) < DOT_FOR_DOT;
  return isStraight && sides.every((side) => Math.abs(side - 1) < DOT_FOR_DOT);
}

function nearest(channel: Uint8Array, { width }: Shades, x: number, y: number): number {
  return channel[Math.round(y) * width + Math.round(x)] ?? 0;
}

/** Bilinear: between the four dots around. */
function between(channel: Uint8Array, { width, height }: Shades, x: number, y: number): number {
  const left = Math.max(0, Math.floor(x));
  const top = Math.max(0, Math.floor(y));
  const right = Math.min(width - 1, left + 1);
  const bottom = Math.min(height - 1, top + 1);
  const [u, v] = [Math.max(0, x - left), Math.max(0, y - top)];
  const upper =
    (channel[top * width + left] ?? 0) * (1 - u) + (channel[top * width + right] ?? 0) * u;
  const lower =
    (channel[bottom * width + left] ?? 0) * (1 - u) + (channel[bottom * width + right] ?? 0) * u;
  return upper * (1 - v) + lower * v;
}
