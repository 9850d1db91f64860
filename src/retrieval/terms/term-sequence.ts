import type { PositionedTerms } from "./terms.ts";

/** The terms of a segment as 32-bit numbers in reading order, each field by itself. */
export interface TermSequence {
  readonly title: Int32Array;
  readonly headings: Int32Array;
  readonly body: Int32Array;
}

const NO_CODES = new Int32Array();

/** Of a segment that was stored by an earlier version. */
export const NO_SEQUENCE: TermSequence = { title: NO_CODES, headings: NO_CODES, body: NO_CODES };

/** A term whose lowest bit is set stands at the same place as the one before it: another spelling of its word. */
const SAME_PLACE = 1;
const HEADER_LENGTH = 2;
/** Bytes of a number. */
const CODE_SIZE = 4;

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

/**
 * The reverse of `packSequence`, for all that are ranked together: they share one buffer, since so many small ones
 * cost more than what they hold. Nothing gives `NO_SEQUENCE`.
 */
export function unpackSequences(base64: readonly string[]): TermSequence[] {
  const sizeMax = base64.reduce((sum, { length }) => sum + 3 * Math.ceil(length / 4), 0);
  const bytes = Buffer.from(new ArrayBuffer(CODE_SIZE * Math.ceil(sizeMax / CODE_SIZE)));
  const codes = new Int32Array(bytes.buffer);
  let end = 0;
  return base64.map((each) => {
    if (each === "") return NO_SEQUENCE;
    const start = end / CODE_SIZE;
    end += bytes.write(each, end, "base64");
    const title = start + HEADER_LENGTH;
    const headings = title + (codes[start] ?? 0);
    const body = headings + (codes[start + 1] ?? 0);
    return {
      title: title === headings ? NO_CODES : codes.subarray(title, headings),
      headings: headings === body ? NO_CODES : codes.subarray(headings, body),
      body: codes.subarray(body, end / CODE_SIZE),
    };
  });
}
