import type { Sample } from "./sample.ts";

/** A workbook from before compound files: its first record says so, and its version. */
export function isBiff(head: Uint8Array): boolean {
  return /^\x09[\x00\x02\x04\x08][\x04-\x10]\x00/.test(latin1(head, 0, 4));
}

/** The number of its format stands at the end in some, and at the beginning in others. */
export function isNotebook({ head, tail }: Sample): boolean {
  const [start, end] = [latin1(head, 0, head.length), latin1(tail, 0, tail.length)];
  return (
    /^\s*\{\s*"(cells|metadata|nbformat\w*)"\s*:/.test(start) &&
    /"nbformat"\s*:\s*\d/.test(start + end)
  );
}

/** In either order of bytes. */
export function isTiff(head: Uint8Array): boolean {
  return startsWith(head, "II*\0") || startsWith(head, "MM\0*");
}

/** "BM" begins many a text too, so the header's reserved zeros and its length are asked for as well. */
export function isBmp(head: Uint8Array): boolean {
  return (
    startsWith(head, "BM") &&
    latin1(head, 6, 10) === "\0\0\0\0" &&
    latin1(head, 15, 18) === "\0\0\0"
  );
}

/** Whether a file begins with these bytes, one a character. */
export function startsWith(head: Uint8Array, magic: string): boolean {
  return latin1(head, 0, magic.length) === magic;
}

/** Bytes as a text, one a character. */
export function latin1(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.subarray(start, end)).toString("latin1");
}
