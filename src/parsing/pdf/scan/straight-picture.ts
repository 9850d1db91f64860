import { inflateSync } from "node:zlib";
import type { FormatName } from "../../format.ts";
import { jpegHeader } from "../../ocr/jpeg.ts";
import { pngOf } from "../../ocr/png.ts";
import { type PageFrame, pagePicture } from "./page-picture.ts";
import { KIND, type Shades, shadesOf } from "./shades.ts";

/** Measured on pages of 72 to 200 dots an inch: below 100, enlarged ones lose no words, others up to a third. */
const SMALL_SIDE = 1_000;
/** A3 at 400 dots an inch; larger pictures are read as they are. */
export const PICTURE_DOTS_MAX = 40e6;

/** The kinds that are unpacked here, the same on every system. */
const UNPACKED: ReadonlySet<FormatName> = new Set(["png", "jpeg", "webp", "gif", "bmp"]);

/**
 * A picture that is to be held otherwise than it lies, leans or is small, as it should be read, as PNG; undefined for
 * one that is best read as it is, or cannot be unpacked here.
 */
export async function straightPicture(
  bytes: Uint8Array,
  format: FormatName,
): Promise<Uint8Array | undefined> {
  const header = format === "jpeg" ? jpegHeader(bytes) : undefined;
  // What four colours mean differs from writer to writer.
  if (!UNPACKED.has(format) || header?.channels === 4) return undefined;
  const shades = await unpacked(bytes);
  if (!shades) return undefined;
  const { width, height } = shades;
  const frame: PageFrame = { toView: [1, 0, 0, -1, 0, height], width, height };
  const picture = pagePicture([{ matrix: [width, 0, 0, height, 0, 0], shades }], frame);
  const { orientation = 1 } = header ?? {};
  const isTurned = orientation > 1 && orientation <= 8;
  return picture && (isTurned || picture.leaned || isSmallPage(width, height))
    ? pngOf(picture)
    : undefined;
}

function isSmallPage(width: number, height: number): boolean {
  return Math.max(width, height) <= SMALL_SIDE && !isStrip(width, height);
}

/** Small, and cut out of a page: nothing tells how large its letters are. */
export function isStrip(width: number, height: number): boolean {
  const [short, long] = [Math.min(width, height), Math.max(width, height)];
  return long <= SMALL_SIDE && short * 2 < long;
}

/** Held as it says; undefined if it is damaged, or too large. */
async function unpacked(bytes: Uint8Array): Promise<Shades | undefined> {
  try {
    const picture = new Bun.Image(bytes, { maxPixels: PICTURE_DOTS_MAX });
    return shadesOfPng(await picture.png({ compressionLevel: 0 }).bytes());
  } catch {
    return undefined;
  }
}

const HEADER_BYTES = 8;
const CHANNELS = 4;

/** Of a PNG as Bun writes it without compression: four channels of eight bits, row by row (ISO/IEC 15948). */
function shadesOfPng(bytes: Uint8Array): Shades | undefined {
  const png = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const [width, height] = [png.readUInt32BE(16), png.readUInt32BE(20)];
  const rows = inflateSync(Buffer.concat([...dataOf(png)]));
  const stride = width * CHANNELS;
  const data = new Uint8Array(stride * height);
  for (let y = 0, from = 0; y < height; y++, from += stride + 1) {
    // Each row begins with how its bytes are told from those around: here they are what they are.
    if (rows[from] !== 0) return undefined;
    data.set(rows.subarray(from + 1, from + 1 + stride), y * stride);
  }
  const shades = shadesOf({ width, height, kind: KIND.rgba, data });
  const isOpaque = shades?.alpha?.every((alpha) => alpha === 255);
  return shades && isOpaque ? { width, height, grey: shades.grey } : shades;
}

/** Its chunks of data: a length, a name, and a checksum after it. */
function* dataOf(png: Buffer): Generator<Buffer> {
  for (let at = HEADER_BYTES; at + 12 <= png.length; at += 12 + png.readUInt32BE(at))
    if (png.toString("latin1", at + 4, at + 8) === "IDAT")
      yield png.subarray(at + 8, at + 8 + png.readUInt32BE(at));
}
