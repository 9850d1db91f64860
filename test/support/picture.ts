import { readFileSync } from "node:fs";
import { join } from "node:path";
import { inflateSync } from "node:zlib";
import type { Grey } from "../../src/parsing/ocr/png.ts";

const DATA = join(import.meta.dir, "../data/ocr");

/** Two pages of a lease in English and Vietnamese, drawn by a browser; the first also as JPEG, GIF and WebP. */
export function sample(name: string): Uint8Array {
  return new Uint8Array(readFileSync(join(DATA, name)));
}

/** The pixels of a sample that is such a PNG as `greyOf` reads. */
export function sampleGrey(name: string): Grey {
  return greyOf(sample(name));
}

/** The pixels of a PNG of eight bits, grey, one chunk of data, no filter. */
export function greyOf(bytes: Uint8Array): Grey {
  const png = Buffer.from(bytes);
  const [width, height] = [png.readUInt32BE(16), png.readUInt32BE(20)];
  const start = png.indexOf("IDAT") + 4;
  const rows = inflateSync(png.subarray(start, start + png.readUInt32BE(start - 8)));
  const pixels = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    const from = y * (width + 1) + 1;
    pixels.set(rows.subarray(from, from + width), y * width);
  }
  return { width, height, pixels };
}

/** A JPEG that says, after its first two bytes, how it is to be held: 1 to 8. */
export function heldJpeg(jpeg: Uint8Array, orientation: number): Uint8Array {
  const directory = [0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0];
  const exif = [...Buffer.from("Exif\0\0MM\0*\0\0\0\b"), ...directory];
  const segment = [0xff, 0xe1, 0, exif.length + 2, ...exif];
  return Uint8Array.from([...jpeg.subarray(0, 2), ...segment, ...jpeg.subarray(2)]);
}

/** A TIFF of several uncompressed pages. */
export function tiffOf(pages: readonly Grey[]): Uint8Array {
  return tiffWith(pages.map((page) => ({ ...page, data: page.pixels })));
}

interface TiffPicture {
  readonly width: number;
  readonly height: number;
  /** Its dots, packed. */
  readonly data: Uint8Array;
  /** What is otherwise than in an uncompressed picture of 256 shades, by tag. */
  readonly tags?: Readonly<Record<number, number>>;
}

/** A TIFF of pages of one strip each, packed somehow. */
export function tiffWith(pages: readonly TiffPicture[]): Uint8Array {
  const parts: Buffer[] = [Buffer.from("II*\0", "latin1"), uint32(8)];
  let at = 8;
  pages.forEach(({ width, height, data, tags }, index) => {
    const values: Record<number, number> = {
      256: width,
      257: height,
      258: 8,
      259: 1,
      262: 1,
      277: 1,
    };
    Object.assign(values, { 278: height, 279: data.length }, tags);
    const tagsBytes = (Object.keys(values).length + 1) * 12;
    values[273] = at + 2 + tagsBytes + 4;
    const end = values[273] + data.length;
    parts.push(
      uint16(tagsBytes / 12),
      ...Object.entries(values).map(([tag, value]) => entry(Number(tag), value)),
    );
    parts.push(uint32(index === pages.length - 1 ? 0 : end), Buffer.from(data));
    at = end;
  });
  return new Uint8Array(Buffer.concat(parts));
}

/** A BMP of 256 shades. */
export function bmpOf({ width, height, pixels }: Grey): Uint8Array {
  const stride = Math.ceil(width / 4) * 4;
  const header = Buffer.alloc(54 + 1024);
  header.write("BM");
  header.writeUInt32LE(header.length + stride * height, 2);
  header.writeUInt32LE(header.length, 10);
  header.writeUInt32LE(40, 14);
  header.writeInt32LE(width, 18);
  header.writeInt32LE(height, 22);
  header.writeUInt16LE(1, 26);
  header.writeUInt16LE(8, 28);
  for (let shade = 0; shade < 256; shade++) header.fill(shade, 54 + shade * 4, 57 + shade * 4);
  const rows = Buffer.alloc(stride * height);
  for (let y = 0; y < height; y++)
    rows.set(pixels.subarray(y * width, (y + 1) * width), (height - 1 - y) * stride);
  return new Uint8Array(Buffer.concat([header, rows]));
}

const LONG = 4;

function entry(tag: number, value: number): Buffer {
  return Buffer.concat([uint16(tag), uint16(LONG), uint32(1), uint32(value)]);
}

function uint16(value: number): Buffer {
  const buffer = Buffer.alloc(2);
  buffer.writeUInt16LE(value);
  return buffer;
}

function uint32(value: number): Buffer {
  const buffer = Buffer.alloc(4);
  buffer.writeUInt32LE(value);
  return buffer;
}
