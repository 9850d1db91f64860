import type { PositionedTerms } from "./terms.ts";

/** The terms of a segment as 32-bit numbers in reading order, each field by itself. */
export interface TermSequence {
  readonly title: Int32Array;
  readonly headings: Int32Array;
  readonly body: Int32Array;
}

/** Of a segment that was stored by an earlier version. */
export const NO_SEQUENCE: TermSequence = {
  title: new Int32Array(),
  headings: new Int32Array(),
  body: new Int32Array(),
};

/** A term whose lowest bit is set stands at the same place as the one before it: another spelling of its word. */
const SAME_PLACE = 1;
const HEADER_LENGTH = 2;

/** A hash of a term, even; stable for ever (xxHash32). Two terms of a segment hardly ever share one. */
export function termCode(term: string): number {
  return Bun.hash.xxHash32(term) & ~SAME_PLACE;
}

/** The terms of a text as codes; whether a code opens a place is its lowest bit. */
export function codesOf({ terms, places }: PositionedTerms): Int32Array {
  const codes = new Int32Array(terms.length);
  terms.forEach((term, at) => {
    const isSamePlace = at > 0 && places[at] === places[at - 1];
    codes[at] = termCode(term) | (isSamePlace ? SAME_PLACE : 0);
  });
  return codes;
}

/** The code of the term alone. */
export function bareCode(code: number): number {
  return code & ~SAME_PLACE;
}

/** Whether a code in a sequence opens a new place. */
export function opensPlace(code: number): boolean {
  return (code & SAME_PLACE) === 0;
}

/** A sequence as bytes: the lengths of the first two fields, then all codes, little-endian; in base64. */
export function packSequence({ title, headings, body }: TermSequence): string {
  const packed = new Int32Array(HEADER_LENGTH + title.length + headings.length + body.length);
  packed.set([title.length, headings.length]);
  packed.set(title, HEADER_LENGTH);
  packed.set(headings, HEADER_LENGTH + title.length);
  packed.set(body, HEADER_LENGTH + title.length + headings.length);
  return Buffer.from(packed.buffer).toString("base64");
}

/** The reverse of `packSequence`; nothing gives `NO_SEQUENCE`. */
export function unpackSequence(base64: string): TermSequence {
  if (base64 === "") return NO_SEQUENCE;
  const bytes = Uint8Array.fromBase64(base64);
  const packed = new Int32Array(bytes.buffer, 0, bytes.length >> 2);
  const [titleLength = 0, headingsLength = 0] = packed;
  const codes = packed.subarray(HEADER_LENGTH);
  return {
    title: codes.subarray(0, titleLength),
    headings: codes.subarray(titleLength, titleLength + headingsLength),
    body: codes.subarray(titleLength + headingsLength),
  };
}
