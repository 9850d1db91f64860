import { encodingOfMark, unmarkedUnicode } from "../encoding/unicode-bytes.ts";
import { startsWith } from "./magic.ts";

/** Logs hold a stray control byte now and then; compressed or compiled data has 10 % of them. */
const CONTROL_BYTES_SHARE_MAX = 0.02;

/** Tab, line feed, vertical tab, form feed, carriage return; backspace and escape, as terminals log them; DOS end of file. */
const TEXT_CONTROLS = new Set([8, 9, 10, 11, 12, 13, 26, 27]);

const BINARY_MAGICS = [
  "\x7fELF",
  "PK\x03\x04",
  "PK\x05\x06",
  "\x1f\x8b",
  "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
  "7z\xbc\xaf\x27\x1c",
  "Rar!\x1a\x07",
  "\xca\xfe\xba\xbe",
  "\0asm",
  "SQLite format 3\0",
  "ID3",
  "OggS\0",
];

/** Whether these leading bytes can be text in some encoding, rather than a program, an archive or noise. */
export function looksLikeText(head: Uint8Array): boolean {
  if (BINARY_MAGICS.some((magic) => startsWith(head, magic))) return false;
  if (encodingOfMark(head) || unmarkedUnicode(head)) return true;
  const controls = head.reduce((count, byte) => count + (isForeignControl(byte) ? 1 : 0), 0);
  return controls <= head.length * CONTROL_BYTES_SHARE_MAX;
}

function isForeignControl(byte: number): boolean {
  return (byte < 32 && !TEXT_CONTROLS.has(byte)) || byte === 127;
}
