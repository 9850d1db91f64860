/** The encodings of Unicode itself; UTF-32 is not in WHATWG's list and is decoded here. */
export type UnicodeEncoding =
  "utf-8" | "utf-16le" | "utf-16be" | "utf-32le" | "utf-32be" | "gb18030";

/** Enough text to tell the byte order by. */
const SAMPLE_BYTES = 64 * 1024;

/** A real text keeps to well-known blocks; a wrong byte order or binary data strays all over. */
const PLAUSIBLE_SHARE_MIN = 0.95;

/** The longer marks first: UTF-32 LE begins like UTF-16 LE. */
const MARKS: readonly (readonly [UnicodeEncoding, readonly number[]])[] = [
  ["utf-32le", [0xff, 0xfe, 0, 0]],
  ["utf-32be", [0, 0, 0xfe, 0xff]],
  ["gb18030", [0x84, 0x31, 0x95, 0x33]],
  ["utf-8", [0xef, 0xbb, 0xbf]],
  ["utf-16le", [0xff, 0xfe]],
  ["utf-16be", [0xfe, 0xff]],
];

/** Blocks of code units that texts are written in, as inclusive ranges. */
const TEXT_RANGES: readonly (readonly [number, number])[] = [
  [0x20, 0x7e],
  [0xa0, 0x24f],
  [0x300, 0x52f],
  [0x590, 0x6ff],
  [0x900, 0x97f],
  [0xe00, 0xeff],
  [0x1e00, 0x1eff],
  [0x2010, 0x2044],
  [0x20a0, 0x20bf],
  [0x2190, 0x21ff],
  [0x2500, 0x25ff],
  [0x3000, 0x30ff],
  [0x4e00, 0x9fff],
  [0xac00, 0xd7a3],
  [0xd800, 0xdfff],
  [0xff01, 0xffee],
];

/** The encoding that a byte-order mark at the start names. */
export function encodingOfMark(bytes: Uint8Array): UnicodeEncoding | undefined {
  return MARKS.find(([, mark]) => mark.every((byte, index) => bytes[index] === byte))?.[0];
}

/** UTF-16 or UTF-32 without a mark, told by its NUL bytes and by where its code units lie. */
export function unmarkedUnicode(bytes: Uint8Array): UnicodeEncoding | undefined {
  const sample = bytes.subarray(0, Math.min(SAMPLE_BYTES, bytes.length - (bytes.length % 4 || 0)));
  const units16 = bytes.subarray(0, Math.min(SAMPLE_BYTES, bytes.length & ~1));
  if (!units16.includes(0)) return undefined;
  if (sample.length > 0 && everyUnit32(sample, true)) return "utf-32le";
  if (sample.length > 0 && everyUnit32(sample, false)) return "utf-32be";
  const little = plausibility16(units16, true);
  const big = plausibility16(units16, false);
  if (Math.max(little, big) < PLAUSIBLE_SHARE_MIN) return undefined;
  return little >= big ? "utf-16le" : "utf-16be";
}

/** Decodes UTF-32; what is no character becomes U+FFFD. */
export function decodeUtf32(bytes: Uint8Array, littleEndian: boolean): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const parts: string[] = [];
  for (let offset = 0; offset + 4 <= bytes.length; offset += 4) {
    const point = view.getUint32(offset, littleEndian);
    parts.push(point <= 0x10ffff ? String.fromCodePoint(point) : "\ufffd");
  }
  return parts.join("");
}

function everyUnit32(bytes: Uint8Array, littleEndian: boolean): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let offset = 0; offset < bytes.length; offset += 4) {
    const point = view.getUint32(offset, littleEndian);
    if (point === 0 || point > 0x10ffff) return false;
  }
  return true;
}

/** Share of code units in texts' blocks, and half of the share of ASCII on top: ASCII swapped looks like Chinese. */
function plausibility16(bytes: Uint8Array, littleEndian: boolean): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let score = 0;
  for (let offset = 0; offset < bytes.length; offset += 2) {
    const unit = view.getUint16(offset, littleEndian);
    if (!isTextUnit(unit)) continue;
    score += unit < 0x80 ? 1.5 : 1;
  }
  return score / (bytes.length / 2);
}

function isTextUnit(unit: number): boolean {
  if (unit === 9 || unit === 10 || unit === 13) return true;
  return TEXT_RANGES.some(([first, last]) => unit >= first && unit <= last);
}
