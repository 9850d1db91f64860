const NAME = "draw:";
const OPENING = 0x3c; // "<"
const CLOSING = 0x2f; // "/"

/**
 * A part of OpenDocument without what is drawn, which the library that reads its cells takes for the text of those
 * that drawings hang on. Where one does not end, the rest is as it was.
 */
export function withoutDrawings(part: Uint8Array): Uint8Array {
  const bytes = Buffer.from(part.buffer, part.byteOffset, part.length);
  const kept: Buffer[] = [];
  let from = 0;
  for (let at = tagFrom(bytes, 0); at >= 0; at = tagFrom(bytes, from)) {
    const end = endOfDrawing(bytes, at);
    if (end < 0) break;
    kept.push(bytes.subarray(from, at));
    from = end;
  }
  // Most parts have none, and one may be large.
  return kept.length > 0 ? Buffer.concat([...kept, bytes.subarray(from)]) : bytes;
}

/** What lies behind a drawing, with those within it; -1 if it does not end. */
function endOfDrawing(bytes: Buffer, start: number): number {
  let depth = 0;
  for (let at = start; at >= 0;) {
    const end = bytes.indexOf(">", at);
    if (end < 0) return -1;
    if (bytes[at + 1] === CLOSING) depth--;
    else if (bytes[end - 1] !== CLOSING) depth++;
    if (depth <= 0) return end + 1;
    at = tagFrom(bytes, end);
  }
  return -1;
}

/** Where the next tag of a drawing begins, be it one that opens or closes; -1 if there is none. */
function tagFrom(bytes: Buffer, from: number): number {
  for (let at = bytes.indexOf(NAME, from); at >= 0; at = bytes.indexOf(NAME, at + 1)) {
    if (bytes[at - 1] === OPENING) return at - 1;
    if (bytes[at - 1] === CLOSING && bytes[at - 2] === OPENING) return at - 2;
  }
  return -1;
}
