import type { TiffPage } from "../../ocr/tiff.ts";
import { type PdfObject, pdfOf } from "./pdf-file.ts";

const TAG = {
  width: 256,
  height: 257,
  bits: 258,
  compression: 259,
  photometric: 262,
  fillOrder: 266,
  offsets: 273,
  samples: 277,
  rowsPerStrip: 278,
  counts: 279,
  acrossPerUnit: 282,
  downPerUnit: 283,
  planes: 284,
  faxOptions: 292,
  predictor: 317,
  colours: 320,
  jpegTables: 347,
} as const;

const PHOTOMETRIC = { white: 0, black: 1, rgb: 2, palette: 3, ycbcr: 6 } as const;
const COMPRESSION = { none: 1, huffman: 2, fax3: 3, fax4: 4, lzw: 5, jpeg: 7, deflate: 8 } as const;
const [OLD_DEFLATE, PACK_BITS] = [32_946, 32_773];
const FAX = new Set<number>([COMPRESSION.huffman, COMPRESSION.fax3, COMPRESSION.fax4]);
/** Those of JPEG take half a kilobyte. */
const TABLES_BYTES_MAX = 8_192;
const SIDE_MAX = 65_535;
const STRIPS_MAX = 2_000;

interface PdfPicture {
  readonly pdf: Uint8Array;
  /** In dots. */
  readonly width: number;
  readonly height: number;
}

interface Layout {
  readonly width: number;
  readonly height: number;
  readonly bits: number;
  readonly samples: number;
  readonly compression: number;
  readonly photometric: number;
}

/**
 * A page of a TIFF as that of a PDF, which packs pictures in the same ways, a dot a unit; fax machines' dots, which
 * are higher than wide, as high as they are shown.
 *
 * @returns undefined for one whose packing a PDF does not know, and for one that is damaged
 */
export function pageOfTiff(tiff: Uint8Array, page: TiffPage): PdfPicture | undefined {
  const first = (tag: number, otherwise: number) => page.values(tag)[0] ?? otherwise;
  const layout: Layout = {
    width: first(TAG.width, 0),
    height: first(TAG.height, 0),
    bits: first(TAG.bits, 1),
    samples: first(TAG.samples, 1),
    compression: first(TAG.compression, COMPRESSION.none),
    photometric: first(TAG.photometric, PHOTOMETRIC.white),
  };
  const { width, height } = layout;
  const picture = pictureOf(layout, page);
  const offsets = page.values(TAG.offsets);
  const counts = page.values(TAG.counts);
  if (!picture || Math.max(width, height) > SIDE_MAX || width * height === 0) return undefined;
  if (offsets.length === 0 || offsets.length > STRIPS_MAX) return undefined;
  // Strips that share their bytes would be as many copies of them.
  if (counts.reduce((sum, count) => sum + count, 0) > tiff.length) return undefined;
  const rows = Math.min(first(TAG.rowsPerStrip, height), height) || height;
  const strips = offsets.map((offset, at): PdfObject => {
    const size = `/Width ${width} /Height ${Math.max(1, Math.min(rows, height - at * rows))}`;
    const data = tiff.subarray(offset, offset + (counts[at] ?? 0));
    return [`/Type /XObject /Subtype /Image ${size} ${picture.entries}`, picture.unpack(data)];
  });
  const stretch = stretchOf(first(TAG.acrossPerUnit, 1) / first(TAG.downPerUnit, 1));
  const pdf = pdfOf(width, height * stretch, strips, (at) => {
    const high = Math.min(rows, height - at * rows);
    return [width, 0, 0, high * stretch, 0, (height - at * rows - high) * stretch];
  });
  return { pdf, width, height };
}

/** How much higher than wide a dot is; what is beyond those of fax machines is a mistake. */
function stretchOf(ratio: number): number {
  return ratio > 1.2 && ratio < 4.2 ? ratio : 1;
}

interface PackedPicture {
  /** What a PDF says of a strip. */
  readonly entries: string;
  readonly unpack: (strip: Uint8Array) => Uint8Array;
}

function pictureOf(layout: Layout, page: TiffPage): PackedPicture | undefined {
  const colours = coloursOf(layout, page);
  const isPlanar = (page.values(TAG.planes)[0] ?? 1) !== 1;
  const filter = filterOf(layout, page);
  if (!colours || !filter || (isPlanar && layout.samples > 1)) return undefined;
  const isReversed = page.values(TAG.fillOrder)[0] === 2 && layout.compression !== COMPRESSION.jpeg;
  const tables = Uint8Array.from(page.values(TAG.jpegTables));
  if (tables.length > TABLES_BYTES_MAX) return undefined;
  return {
    entries: `/ColorSpace ${colours} /BitsPerComponent ${layout.bits} ${filter}`,
    unpack: (strip) => {
      if (layout.compression === COMPRESSION.jpeg) return wholeJpeg(tables, strip);
      return isReversed ? strip.map(reversed) : strip;
    },
  };
}

function coloursOf({ photometric, samples, bits, compression }: Layout, page: TiffPage) {
  if (![1, 2, 4, 8].includes(bits)) return undefined;
  if (samples === 1 && photometric === PHOTOMETRIC.black) return "/DeviceGray";
  if (samples === 1 && photometric === PHOTOMETRIC.white)
    return FAX.has(compression) ? "/DeviceGray" : "/DeviceGray /Decode [1 0]";
  if (samples === 1 && photometric === PHOTOMETRIC.palette)
    return paletteOf(page.values(TAG.colours));
  const isJpeg = compression === COMPRESSION.jpeg;
  const isColour = photometric === PHOTOMETRIC.rgb || (isJpeg && photometric === PHOTOMETRIC.ycbcr);
  return samples === 3 && isColour ? "/DeviceRGB" : undefined;
}

/** All reds, then all greens, then all blues, of 16 bits each. */
function paletteOf(values: readonly number[]): string | undefined {
  const count = values.length / 3;
  if (![2, 4, 16, 256].includes(count)) return undefined;
  const hex = Array.from({ length: count * 3 }, (_, at) => {
    const value = values[(at % 3) * count + Math.trunc(at / 3)] ?? 0;
    return (value >> 8).toString(16).padStart(2, "0");
  });
  return `[/Indexed /DeviceRGB ${count - 1} <${hex.join("")}>]`;
}

function filterOf(layout: Layout, page: TiffPage): string | undefined {
  const { width, bits, samples, photometric } = layout;
  const predictor = page.values(TAG.predictor)[0] ?? 1;
  const predicted =
    predictor === 2
      ? `/DecodeParms << /Predictor 2 /Colors ${samples} /BitsPerComponent ${bits} /Columns ${width} >>`
      : "";
  const black = photometric === PHOTOMETRIC.black ? "/BlackIs1 true" : "";
  const fax = (more: string) =>
    `/Filter /CCITTFaxDecode /DecodeParms << /Columns ${width} ${black} ${more} >>`;
  switch (layout.compression) {
    case COMPRESSION.none:
      return " ";
    case COMPRESSION.huffman:
      return fax("/K 0 /EncodedByteAlign true");
    case COMPRESSION.fax3:
      return fax(`/K ${(page.values(TAG.faxOptions)[0] ?? 0) & 1}`);
    case COMPRESSION.fax4:
      return fax("/K -1");
    case COMPRESSION.lzw:
      return `/Filter /LZWDecode ${predicted}`;
    case COMPRESSION.deflate:
    case OLD_DEFLATE:
      return `/Filter /FlateDecode ${predicted}`;
    case PACK_BITS:
      return "/Filter /RunLengthDecode";
    case COMPRESSION.jpeg:
      return `/Filter /DCTDecode /DecodeParms << /ColorTransform ${photometric === PHOTOMETRIC.ycbcr ? 1 : 0} >>`;
    default:
      return undefined;
  }
}

/** The tables of all strips lie in a JPEG of their own, each strip's dots in another. */
function wholeJpeg(tables: Uint8Array, strip: Uint8Array): Uint8Array {
  return tables.length < 4 ? strip : Buffer.concat([tables.subarray(0, -2), strip.subarray(2)]);
}

function reversed(byte: number): number {
  let turned = 0;
  for (let bit = 0; bit < 8; bit++) turned |= ((byte >> bit) & 1) << (7 - bit);
  return turned;
}
