import { isUtf8 } from "node:buffer";
import { decodeAs } from "./decode-as.ts";
import { guessLegacyEncoding } from "./guess.ts";

const LINE_FEED = 10;
/** So much of the lines that are no UTF-8 tells what they are. */
const SAMPLE_BYTES = 64 * 1024;

/** How many characters beyond ASCII there are, and how many places are no UTF-8. */
export function countUtf8(bytes: Uint8Array): { readonly good: number; readonly broken: number } {
  const text = new TextDecoder().decode(bytes);
  const broken = text.match(/\ufffd/g)?.length ?? 0;
  return { good: text.match(/[^\0-\x7f\ufffd]/gu)?.length ?? 0, broken };
}

/**
 * The text of UTF-8. Lines that are none, as programs of two kinds have written into one file, are read in the
 * encoding that makes text of them; a line of which a byte or two are broken is not one of those.
 */
export function decodeUtf8(bytes: Uint8Array): string {
  if (isUtf8(bytes)) return new TextDecoder().decode(bytes);
  const pieces = piecesOf(bytes);
  const foreign = pieces.filter(({ isForeign }) => isForeign).map(({ piece }) => piece);
  const sample = new Uint8Array(Buffer.concat(foreign).subarray(0, SAMPLE_BYTES));
  const encoding = foreign.length > 0 ? guessLegacyEncoding(sample) : "utf-8";
  return pieces
    .map(({ piece, isForeign }) => decodeAs(isForeign ? encoding : "utf-8", piece))
    .join("");
}

interface Piece {
  piece: Uint8Array;
  readonly isForeign: boolean;
}

/** Runs of lines that are UTF-8, and of such that are not. */
function piecesOf(bytes: Uint8Array): Piece[] {
  const pieces: Piece[] = [];
  let start = 0;
  for (let at = 0; at < bytes.length;) {
    const feed = bytes.indexOf(LINE_FEED, at);
    const next = feed < 0 ? bytes.length : feed + 1;
    const isForeign = isForeignLine(bytes.subarray(at, next));
    const last = pieces.at(-1);
    if (last?.isForeign === isForeign) last.piece = bytes.subarray(start, next);
    else {
      pieces.push({ piece: bytes.subarray(at, next), isForeign });
      start = at;
    }
    at = next;
  }
  return pieces;
}

function isForeignLine(line: Uint8Array): boolean {
  if (isUtf8(line)) return false;
  const { good, broken } = countUtf8(line);
  return broken > good;
}
