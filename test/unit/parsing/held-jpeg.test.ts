/** Photographs that are to be held otherwise than they lie, as a telephone takes them. */
import { describe, expect, test } from "bun:test";
import { straightJpeg } from "../../../src/parsing/pdf/scan/scans.ts";
import { greyOf, heldJpeg, sample } from "../../support/picture.ts";
import { fileReader } from "../../support/reader-pool.ts";
import { tesseract } from "../../support/tesseract.ts";

const readFile = fileReader();
/** 64 by 48 dots; its quarters are black, dark, light and white. */
const quarters = sample("quarters.jpg");

/** The shades of the quarters, in steps of 64, and how the picture stands. */
async function seen(jpeg: Uint8Array) {
  const png = await straightJpeg(jpeg);
  if (!png) return undefined;
  const { width, height, pixels } = greyOf(png);
  const shade = (x: number, y: number) =>
    Math.floor((pixels[Math.floor(y * height) * width + Math.floor(x * width)] ?? 0) / 64);
  const at = [0.25, 0.75];
  return { wide: width > height, quarters: at.map((y) => at.map((x) => shade(x, y)).join("")) };
}

describe("a JPEG is held as it says", () => {
  const ways: [number, boolean, string[]][] = [
    [2, true, ["10", "32"]],
    [3, true, ["32", "10"]],
    [4, true, ["23", "01"]],
    [5, false, ["02", "13"]],
    [6, false, ["20", "31"]],
    [7, false, ["31", "20"]],
    [8, false, ["13", "02"]],
  ];
  test.each(ways)("%d", async (orientation, wide, shades) => {
    expect(await seen(heldJpeg(quarters, orientation))).toEqual({ wide, quarters: shades });
  });

  test.each([1, 0, 9])("%d is as it lies", async (orientation) => {
    const asItLies = { wide: true, quarters: ["01", "23"] };
    expect(await seen(heldJpeg(quarters, orientation))).toEqual(asItLies);
  });

  test("one that is large, straight and as it lies stays what it is", async () => {
    expect(await straightJpeg(sample("lease-1.jpg"))).toBeUndefined();
  });

  test("whatever stands where it should say so", async () => {
    expect(await seen(quarters.subarray(0, 20))).toBeUndefined();
    const held = heldJpeg(quarters, 6);
    for (let cut = 2; cut < 40; cut++) {
      const broken = Uint8Array.from([...held.subarray(0, cut), 0xff, ...held.subarray(cut + 1)]);
      await straightJpeg(broken);
    }
  });
});

test("a photograph in a mirror is read", async () => {
  const jpeg = sample("lease-1-held.jpg");
  const { document } = await readFile("a.jpg", jpeg, { recogniser: tesseract() });
  expect(document.parserType).toBe("tesseract");
  expect(document.text).toContain("The lease begins on 1 March 2024.");
});
