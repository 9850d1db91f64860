import { expect, test } from "bun:test";
import type { Grey } from "../../../src/parsing/ocr/png.ts";
import { leanOf } from "../../../src/parsing/pdf/scan/lean.ts";

/** A page of lines of words; `down`, as one that lies on its side. */
function page(degrees: number, down = false): Grey {
  const [width, height] = down ? [900, 700] : [700, 900];
  const slope = Math.tan((degrees * Math.PI) / 180);
  const pixels = new Uint8Array(width * height).fill(240);
  for (let y = 0, at = 0; y < height; y++)
    for (let x = 0; x < width; x++, at++) {
      const [along, across] = down ? [y, x + slope * y] : [x, y - slope * x];
      const isLine = Math.floor(across) % 20 < 8 && across > 100 && across < 600;
      if (isLine && Math.floor(along) % 50 < 40) pixels[at] = 30;
    }
  return { width, height, pixels };
}

test.each([-7, -2.5, -0.6, 0, 1, 3.2, 8])("lines that lean by %d degrees are told", (degrees) => {
  expect(leanOf(page(degrees))).toBeCloseTo(degrees, 1);
  expect(leanOf(page(degrees, true))).toBeCloseTo(degrees, 1);
});

test("what has no lines does not lean", () => {
  const blank = { width: 300, height: 400, pixels: new Uint8Array(120_000).fill(255) };
  expect(leanOf(blank)).toBe(0);
  expect(leanOf({ width: 1, height: 1, pixels: new Uint8Array(1) })).toBe(0);
  const spots = blank.pixels.map((_, at) => Number(Bun.hash.wyhash(String(at)) % 251n));
  expect(leanOf({ ...blank, pixels: spots })).toBe(0);
});
