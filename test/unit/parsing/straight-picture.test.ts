/** Pictures that are read otherwise than they lie: photographs as a telephone takes them, small pages, transparent ones. */
import { describe, expect, test } from "bun:test";
import { crc32, deflateSync } from "node:zlib";
import { straightPicture } from "../../../src/parsing/pdf/scan/straight-picture.ts";
import { greyOf, heldJpeg, sample } from "../../support/picture.ts";
import { fileReader } from "../../support/reader-pool.ts";
import { tesseract } from "../../support/tesseract.ts";

const readFile = fileReader();
/** 64 by 48 dots; its quarters are black, dark, light and white. */
const quarters = sample("quarters.jpg");

/** The shades of the quarters, in steps of 64, and how the picture stands. */
async function seen(jpeg: Uint8Array) {
  const png = await straightPicture(jpeg, "jpeg");
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
    expect(await straightPicture(sample("lease-1.jpg"), "jpeg")).toBeUndefined();
  });

  test("whatever stands where it should say so", async () => {
    expect(await seen(quarters.subarray(0, 20))).toBeUndefined();
    const held = heldJpeg(quarters, 6);
    for (let cut = 2; cut < 40; cut++) {
      const broken = Uint8Array.from([...held.subarray(0, cut), 0xff, ...held.subarray(cut + 1)]);
      await straightPicture(broken, "jpeg");
    }
  });
});

test("a photograph in a mirror is read", async () => {
  const jpeg = sample("lease-1-held.jpg");
  const { document } = await readFile("a.jpg", jpeg, { recogniser: tesseract() });
  expect(document.parserType).toBe("tesseract");
  expect(document.text).toContain("The lease begins on 1 March 2024.");
});

describe("a small page is enlarged", () => {
  /** A page of 60 dots an inch. */
  const small = () => new Bun.Image(sample("lease-1.jpg")).resize(496, undefined);

  test("as PNG, WebP and JPEG", async () => {
    const kinds = {
      png: await small().png().bytes(),
      webp: await small().webp().bytes(),
      jpeg: await small().jpeg().bytes(),
    } as const;
    for (const [kind, bytes] of Object.entries(kinds)) {
      const png = await straightPicture(bytes, kind as keyof typeof kinds);
      expect(png && greyOf(png).height).toBeGreaterThan(2_000);
    }
  });

  test("and then read", async () => {
    const webp = await small().webp({ lossless: true }).bytes();
    const { document } = await readFile("a.webp", webp, { recogniser: tesseract() });
    expect(document.text).toContain("Bên thuê trả tiền");
  });

  test("but no strip that was cut out of a page", async () => {
    for (const kind of ["png", "gif"] as const)
      expect(await straightPicture(sample("lease-1.png"), kind)).toBeUndefined();
  });
});

test("what is transparent in a picture is white", async () => {
  const [width, height] = [40, 40];
  const rows = Buffer.alloc(height * (1 + width * 4));
  for (let x = 0; x < width; x++) rows[20 * (1 + width * 4) + 1 + x * 4 + 3] = 255;
  const chunk = (name: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(name), data]);
    const ends = [Buffer.alloc(4), Buffer.alloc(4)] as const;
    ends[0].writeUInt32BE(data.length);
    ends[1].writeUInt32BE(crc32(body));
    return Buffer.concat([ends[0], body, ends[1]]);
  };
  const header = Buffer.from([0, 0, 0, width, 0, 0, 0, height, 8, 6, 0, 0, 0]);
  const png = Buffer.concat([
    Buffer.from("\x89PNG\r\n\x1a\n", "latin1"),
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(rows)),
    chunk("IEND", Buffer.alloc(0)),
  ]);
  const { pixels, width: wide } = greyOf((await straightPicture(png, "png")) ?? png);
  expect(pixels[0]).toBe(255);
  expect(pixels[Math.floor(pixels.length / wide / 2) * wide + 80]).toBeLessThan(128);
});
