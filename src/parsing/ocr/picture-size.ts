import type { FormatName } from "../format.ts";
import { jpegHeader } from "./jpeg.ts";
import { tiffPages } from "./tiff.ts";

export interface PictureSize {
  /** Of its largest page, by what the header says; 0 if it says nothing. */
  readonly megapixels: number;
  readonly pages: number;
}

const ONE_PAGE = (width: number, height: number): PictureSize => ({
  megapixels: (width * height) / 1e6,
  pages: 1,
});
const UNKNOWN = ONE_PAGE(0, 0);

/**
 * How much a picture would take unpacked, read from its header alone: one of a few bytes may claim
 * more pixels than there is memory. What is damaged is left to whoever decodes it.
 */
export function measure(bytes: Uint8Array, format: FormatName): PictureSize {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    return MEASURES[format]?.(view) ?? UNKNOWN;
  } catch (error) {
    if (error instanceof RangeError) return UNKNOWN;
    throw error;
  }
}

type Measure = (view: DataView) => PictureSize;

/** Offsets are those of the formats' specifications. */
const MEASURES: Partial<Record<FormatName, Measure>> = {
  png: (view) => ONE_PAGE(view.getUint32(16), view.getUint32(20)),
  gif: (view) => ONE_PAGE(view.getUint16(6, true), view.getUint16(8, true)),
  bmp: (view) => ONE_PAGE(Math.abs(view.getInt32(18, true)), Math.abs(view.getInt32(22, true))),
  jpeg: (view) => {
    const header = jpegHeader(new Uint8Array(view.buffer, view.byteOffset, view.byteLength));
    return header ? ONE_PAGE(header.width, header.height) : UNKNOWN;
  },
  webp: measureWebp,
  tiff: measureTiff,
};

function measureWebp(view: DataView): PictureSize {
  const uint24 = (at: number) => view.getUint16(at, true) | (view.getUint8(at + 2) << 16);
  switch (view.getUint32(12)) {
    case 0x56503858: // VP8X
      return ONE_PAGE(uint24(24) + 1, uint24(27) + 1);
    case 0x5650384c: {
      // VP8L
      const bits = view.getUint32(21, true);
      return ONE_PAGE((bits & 0x3fff) + 1, ((bits >>> 14) & 0x3fff) + 1);
    }
    default: // VP8
      return ONE_PAGE(view.getUint16(26, true) & 0x3fff, view.getUint16(28, true) & 0x3fff);
  }
}

const IMAGE_WIDTH = 256;
const IMAGE_LENGTH = 257;

function measureTiff(view: DataView): PictureSize {
  const pages = tiffPages(new Uint8Array(view.buffer, view.byteOffset, view.byteLength));
  const sides = pages.map(({ values }) =>
    [IMAGE_WIDTH, IMAGE_LENGTH].map((tag) => values(tag)[0] ?? 0),
  );
  const megapixels = sides.reduce(
    (most, [wide = 0, high = 0]) => Math.max(most, (wide * high) / 1e6),
    0,
  );
  return { megapixels, pages: Math.max(1, pages.length) };
}
