import { expect, test } from "bun:test";
import type { FormatName } from "../../../src/parsing/format.ts";
import { measure } from "../../../src/parsing/ocr/picture-size.ts";
import { bmpOf, sample, sampleGrey, tiffOf } from "../../support/picture.ts";

const grey = sampleGrey("lease-1.png");
const DRAWN = (820 * 220) / 1e6;
const PRINTED = (794 * 1123) / 1e6;

const PICTURES: [FormatName, Uint8Array, number][] = [
  ["png", sample("lease-1.png"), DRAWN],
  ["jpeg", sample("lease-1.jpg"), PRINTED],
  ["gif", sample("lease-1.gif"), PRINTED],
  ["webp", sample("lease-1.webp"), PRINTED],
  ["bmp", bmpOf(grey), DRAWN],
  ["tiff", tiffOf([grey]), DRAWN],
];

test.each(PICTURES)("the size of a %s stands in its header", (format, bytes, megapixels) => {
  expect(measure(bytes, format)).toEqual({ megapixels, pages: 1 });
});

test.each(PICTURES)("a %s cut short at any byte is no reason to fail", (format, bytes) => {
  for (let length = 0; length < 64; length++)
    expect(measure(bytes.subarray(0, length), format).pages).toBe(1);
});

test("the pages of a TIFF are counted, and those of a circle once", () => {
  const tiff = tiffOf([grey, sampleGrey("lease-2.png")]);
  expect(measure(tiff, "tiff")).toEqual({ megapixels: DRAWN, pages: 2 });
  const view = new DataView(tiff.buffer);
  const second = view.getUint32(8 + 2 + 9 * 12, true);
  view.setUint32(second + 2 + 9 * 12, 8, true);
  expect(measure(tiff, "tiff").pages).toBe(2);
});
