/** How often the encoding of a text in one of many languages is guessed right, by how much of it there is. */
import { describe, expect, test } from "bun:test";
import { decodeText } from "../../../src/parsing/encoding/decode.ts";
import { encodeAs, encodeWindows1258, isIn } from "../../support/encode.ts";
import { LANGUAGE_TEXTS } from "../../support/language-texts.ts";

/** Pieces of so many characters, and the share that is to be read right over all languages and encodings. */
const RIGHT_SHARE_MIN: readonly (readonly [number, number])[] = [
  [20, 0.95],
  [40, 0.98],
  [100, 0.99],
];
const STEP = 43;

function encode(encoding: Bun.Encoding, text: string): Uint8Array {
  return encoding === "windows-1258" ? encodeWindows1258(text) : encodeAs(encoding, text);
}

/** Every so many characters a piece, of those that hold more than ASCII. */
function piecesOf(text: string, length: number): string[] {
  const chars = [...text];
  const starts = Array.from(
    { length: Math.max(1, Math.ceil((chars.length - length) / STEP)) },
    (_, at) => at * STEP,
  );
  return starts
    .map((start) => chars.slice(start, start + length).join(""))
    .filter((piece) => /[^\0-\x7f]/.test(piece));
}

describe("a paragraph is read right in every encoding of its language", () => {
  for (const { language, text, encodings } of LANGUAGE_TEXTS)
    for (const encoding of encodings)
      test(`${language} in ${encoding}`, () => {
        const possible = encoding === "windows-1258" || isIn(encoding, text);
        const written = possible ? text : text.replace(/[’–„“”]/g, "'");
        expect(decodeText(encode(encoding, written))).toBe(written);
      });
});

test("UTF-8 and UTF-16 are never taken for anything else", () => {
  for (const { text } of LANGUAGE_TEXTS)
    for (const piece of piecesOf(text, 20)) {
      expect(decodeText(Buffer.from(piece))).toBe(piece);
      expect(decodeText(Buffer.from(`\ufeff${piece}`, "utf16le"))).toBe(piece);
    }
});

for (const [length, shareMin] of RIGHT_SHARE_MIN)
  test(`of ${length} characters, ${shareMin * 100} % are read right`, () => {
    const outcomes = LANGUAGE_TEXTS.flatMap(({ text, encodings }) =>
      encodings
        .filter((encoding) => encoding !== "macintosh")
        .flatMap((encoding) =>
          piecesOf(text, length)
            .filter((piece) => encoding === "windows-1258" || isIn(encoding, piece))
            .map((piece) => decodeText(encode(encoding, piece)) === piece),
        ),
    );
    const right = outcomes.filter(Boolean).length;
    expect(right / outcomes.length).toBeGreaterThanOrEqual(shareMin);
  });
