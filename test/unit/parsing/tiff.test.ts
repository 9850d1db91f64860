/** TIFF as scanners, fax machines and programs pack it. */
import { describe, expect, test } from "bun:test";
import { deflateSync } from "node:zlib";
import { unreadable } from "../../../src/parsing/limits.ts";
import type { Recogniser } from "../../../src/parsing/ocr/recogniser.ts";
import { onePageOf, tiffPages } from "../../../src/parsing/ocr/tiff.ts";
import { straightTiffPage } from "../../../src/parsing/pdf/scan/straight-tiff.ts";
import { greyOf, tiffOf, tiffWith } from "../../support/picture.ts";
import { fileReader } from "../../support/reader-pool.ts";

const [WIDTH, HEIGHT] = [64, 48];
const TAG = {
  bits: 258,
  compression: 259,
  photometric: 262,
  fillOrder: 266,
  samples: 277,
  predictor: 317,
};

/** A row after the other, each the same. */
function rows(row: readonly number[]): Buffer {
  return Buffer.from(Array.from({ length: HEIGHT }, () => row).flat());
}

/** Its left half black, its right half white. */
const HALVES = Array.from({ length: WIDTH }, (_, x) => (x < WIDTH / 2 ? 0 : 255));

function halves(data: Uint8Array, tags: Readonly<Record<number, number>> = {}): Uint8Array {
  return tiffWith([{ width: WIDTH, height: HEIGHT, data, tags }]);
}

async function drawn(tiff: Uint8Array) {
  const [page] = tiffPages(tiff);
  const png = page && (await straightTiffPage(tiff, page));
  return png && greyOf(png);
}

/** Its shades in the middle of the left and of the right half. */
async function halvesOf(tiff: Uint8Array) {
  const { width, height, pixels } = (await drawn(tiff)) ?? { width: 0, height: 0, pixels: [] };
  return [0.25, 0.75].map((x) => pixels[Math.floor(height / 2) * width + Math.floor(x * width)]);
}

describe("a page is unpacked", () => {
  const grey = rows(HALVES);
  const bits = rows([0, 0, 0, 0, 255, 255, 255, 255]);
  // The first row: 32 dots of black, the rest white. All others: as the one before.
  const fax = `001001101010000011010101${"111".repeat(HEIGHT - 1)}`.padEnd(168, "0");
  const group4 = (turned: boolean) =>
    Buffer.from(
      (fax.match(/.{8}/g) ?? []).map((byte) =>
        Number.parseInt(turned ? [...byte].toReversed().join("") : byte, 2),
      ),
    );
  const cases: Record<string, [Uint8Array, Record<number, number>]> = {
    "in shades of grey": [grey, {}],
    "with white for 0": [grey.map((shade) => 255 - shade), { [TAG.photometric]: 0 }],
    "in colours": [
      rows(HALVES.flatMap((shade) => [shade, shade, shade])),
      { [TAG.samples]: 3, [TAG.photometric]: 2 },
    ],
    "of bits": [bits, { [TAG.bits]: 1 }],
    "in runs": [rows([225, 0, 225, 255]), { [TAG.compression]: 32_773 }],
    deflated: [deflateSync(grey), { [TAG.compression]: 8 }],
    "deflated, told from the dots before": [
      deflateSync(rows(HALVES.map((_, x) => (x === WIDTH / 2 ? 255 : 0)))),
      { [TAG.compression]: 8, [TAG.predictor]: 2 },
    ],
    "as by fax machines": [
      group4(false),
      { [TAG.bits]: 1, [TAG.compression]: 4, [TAG.photometric]: 0 },
    ],
    "with its bits turned round": [
      group4(true),
      { [TAG.bits]: 1, [TAG.compression]: 4, [TAG.photometric]: 0, [TAG.fillOrder]: 2 },
    ],
  };
  for (const [what, [data, tags]] of Object.entries(cases))
    test(what, async () => expect(await halvesOf(halves(data, tags))).toEqual([0, 255]));

  test("with dots higher than wide as high as it is shown", async () => {
    const picture = await drawn(halves(grey, { 282: 196, 283: 98 }));
    expect((picture?.height ?? 0) / (picture?.width ?? 1)).toBeCloseTo((2 * HEIGHT) / WIDTH, 1);
  });

  test("but not if it is packed in a way that is not known, or damaged", async () => {
    for (const tags of [
      { [TAG.compression]: 34_712 },
      { [TAG.samples]: 4 },
      { [TAG.bits]: 16 },
      { 256: 70_000 },
    ])
      expect(await drawn(halves(grey, tags))).toBeUndefined();
    const whole = halves(grey);
    for (let cut = 0; cut < 130; cut += 7) await drawn(whole.subarray(0, cut));
  });
});

describe("the pages of a TIFF", () => {
  const readFile = fileReader();
  const page = (shade: number) => ({
    width: 64,
    height: 64,
    pixels: new Uint8Array(64 * 64).fill(shade),
  });
  const three = tiffOf([page(0), page(100), page(200)]);

  /** Says the shade of what it sees, and cannot see grey. */
  function shades(seen: number[]): Recogniser {
    return {
      name: "tesseract",
      wholePdfPagesMax: 0,
      present: () => true,
      recognise: ({ bytes }) => {
        const shade = greyOf(bytes).pixels[0] ?? -1;
        seen.push(shade);
        if (shade === 100) return Promise.reject(unreadable("It is grey."));
        return Promise.resolve({ pages: [`Shade ${shade}`] });
      },
    };
  }

  test("are recognised one by one, of which one that cannot be read takes no other along", async () => {
    const seen: number[] = [];
    const shares: number[] = [];
    const reading = { recogniser: shades(seen), onProgress: (share: number) => shares.push(share) };
    const { document } = await readFile("a.tiff", three, reading);
    expect(seen).toEqual([0, 100, 200]);
    expect(document.pages.map(({ start, end }) => document.text.slice(start, end))).toEqual([
      "Shade 0",
      "",
      "Shade 200",
    ]);
    expect(shares).toContain(33);
  });

  test("are read once if they form a circle", async () => {
    const circle = three.slice();
    const last = tiffPages(circle)[2]?.nextAt ?? 0;
    new DataView(circle.buffer).setUint32(last, 8, true);
    const seen: number[] = [];
    await readFile("a.tiff", circle, { recogniser: shades(seen) });
    expect(seen).toEqual([0, 100, 200]);
  });

  test("of which none can be read fail with the reason", async () => {
    const grey = tiffOf([page(100)]);
    await expect(readFile("a.tiff", grey, { recogniser: shades([]) })).rejects.toThrow(
      "It is grey.",
    );
  });

  test("can be had alone", () => {
    const second = tiffPages(three)[1];
    const alone = second && onePageOf(three, second);
    expect(alone && tiffPages(alone).map(({ at }) => at)).toEqual([second?.at ?? 0]);
  });
});
