import type { Grey } from "../../ocr/png.ts";

/** Dots across lines of print: fine enough to tell the lines of a page apart. */
const ACROSS = 800;
/** And along them, where they need not be told apart. */
const ALONG = 200;
const LEAN_MAX_DEGREES = 8;
const COARSE_DEGREES = 0.5;
const FINE_DEGREES = 0.1;
const SLOPE_MAX = slopeOf(LEAN_MAX_DEGREES + COARSE_DEGREES);
/** Lines that lean stand out so many times as clearly along themselves as straight across. */
const CLEARER_MIN = 1.4;

/**
 * How far the lines of a page lean, in degrees, clockwise; 0 if they do not, or nothing tells. Along lines of
 * print it is dark, between them light: the more so, the better the direction is met (Postl, 1986). On a page
 * that lies on its side they run down.
 */
export function leanOf(page: Grey): number {
  const ways = [marksOf(page, false), marksOf(page, true)];
  const clarity = (degrees: number) =>
    Math.max(...ways.map((marks) => contrast(marks, slopeOf(degrees))));
  const coarse = clearest(clarity, 0, LEAN_MAX_DEGREES, COARSE_DEGREES);
  const fine = clearest(clarity, coarse, COARSE_DEGREES, FINE_DEGREES);
  return clarity(fine) > clarity(0) * CLEARER_MIN ? fine : 0;
}

/** The best of the directions around one, up to so far from it, in such steps. */
function clearest(
  clarity: (degrees: number) => number,
  around: number,
  far: number,
  step: number,
): number {
  const count = Math.round((2 * far) / step) + 1;
  const directions = Array.from({ length: count }, (_, index) => around - far + index * step);
  const clear = directions.map(clarity);
  return directions[clear.indexOf(Math.max(...clear))] ?? around;
}

/** A page made small, by how dark each place is. */
interface Marks {
  readonly along: number;
  readonly across: number;
  /** `across` of them for each step along. */
  readonly darkness: Float32Array;
  /** Dots across that one step along is. */
  readonly stretch: number;
}

function marksOf({ width, height, pixels }: Grey, isDown: boolean): Marks {
  const [wide, high] = isDown ? [height, width] : [width, height];
  const [alongDots, acrossDots] = [Math.ceil(wide / ALONG), Math.ceil(high / ACROSS)];
  // What is left over at the far ends would look like a line.
  const [along, across] = [Math.floor(wide / alongDots), Math.floor(high / acrossDots)];
  const [right, bottom] = [along * alongDots, across * acrossDots];
  const placesOfX = Uint32Array.from({ length: isDown ? bottom : right }, (_, x) =>
    isDown ? Math.trunc(x / acrossDots) : Math.trunc(x / alongDots) * across,
  );
  const darkness = new Float32Array(along * across);
  for (let y = 0; y < (isDown ? right : bottom); y++) {
    const placeOfY = isDown ? Math.trunc(y / alongDots) * across : Math.trunc(y / acrossDots);
    for (let x = 0, at = y * width; x < placesOfX.length; x++, at++) {
      const place = placeOfY + (placesOfX[x] ?? 0);
      darkness[place] = (darkness[place] ?? 0) + 255 - (pixels[at] ?? 0);
    }
  }
  // Clockwise is down along rows, and backwards along columns.
  const stretch = ((isDown ? -1 : 1) * alongDots) / acrossDots;
  return { along, across, darkness, stretch };
}

/** How much neighbouring lines differ that run at such a slope, of those that leave the page at its ends alone. */
function contrast({ along, across, darkness, stretch }: Marks, slope: number): number {
  const perStep = slope * stretch;
  const margin = Math.ceil((SLOPE_MAX * Math.abs(stretch) * along) / 2) + 1;
  const lines = new Float64Array(across + 2 * margin);
  for (let step = 0, at = 0; step < along; step++) {
    const first = margin - Math.round(perStep * (step + 0.5 - along / 2));
    for (let line = first; line < first + across; line++, at++)
      lines[line] = (lines[line] ?? 0) + (darkness[at] ?? 0);
  }
  let total = 0;
  for (let line = 2 * margin + 1; line < across; line++)
    total += ((lines[line] ?? 0) - (lines[line - 1] ?? 0)) ** 2;
  return total;
}

function slopeOf(degrees: number): number {
  return Math.tan((degrees * Math.PI) / 180);
}
