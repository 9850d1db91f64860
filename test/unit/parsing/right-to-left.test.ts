import { expect, test } from "bun:test";
import { type Glyph, repairTurned } from "../../../src/parsing/pdf/right-to-left.ts";

/** Glyphs in drawn order, from left to right; each stands for the letters of one string. */
function glyphs(...unicodes: string[]): Glyph[] {
  return unicodes.map((unicode) => ({ unicode, originalCharCode: 1 }));
}

test("the letters of a lam-alef glyph come back into order", () => {
  // "سلام" is drawn m, lam-alef, s; pdf.js reads it letter by letter from the right.
  expect(repairTurned(["سالم"], glyphs("م", "لا", "س"))).toEqual(["سلام"]);
});

test("an alef and a lam of their own stay as they are", () => {
  expect(repairTurned(["السلم"], glyphs("م", "ل", "س", "ل", "ا"))).toEqual(["السلم"]);
});

test("spaces stay between the words", () => {
  const drawn = glyphs("م", "لا", "س", "م", "لا", "س");
  expect(repairTurned(["سالم سالم"], drawn)).toEqual(["سلام سلام"]);
});

test("in a line of Latin the right-to-left run is repaired in its place", () => {
  expect(repairTurned(["abc سالم d"], glyphs("a", "b", "c", "م", "لا", "س", "d"))).toEqual([
    "abc سلام d",
  ]);
});

test("codes of glyphs that stand for nothing go", () => {
  const filler = { unicode: "ϲ", originalCharCode: 0x3f2 };
  expect(repairTurned(["الϲ"], [filler, ...glyphs("لا")])).toEqual(["لا"]);
});

test("a text takes the place of the glyphs that its letters were taken from, and of no others", () => {
  const fillers = [0x3f2, 0x392, 0x3f4].map((code) => ({
    unicode: String.fromCharCode(code),
    originalCharCode: code,
  }));
  const quote = { unicode: "«", originalCharCode: 0xab };
  expect(repairTurned(["ϲΒϴ", "بيبح"], [...fillers, ...glyphs("حبيب ")])).toEqual(["حبيب ", ""]);
  expect(repairTurned(["ϲΒϴ", "ال"], [...fillers, ...glyphs("لا")])).toEqual(["ϲΒϴ", "لا"]);
  expect(repairTurned(["«", "ال"], [quote, ...glyphs("لا")])).toEqual(["«", "لا"]);
});

test("other texts pass, and what does not match its glyphs stays", () => {
  expect(repairTurned(["Hello", "سالم"], glyphs("H", "e", "l", "l", "o", "م", "لا", "س"))).toEqual([
    "Hello",
    "سلام",
  ]);
  expect(repairTurned(["سالم"], glyphs("x"))).toEqual(["سالم"]);
});
