import { expect, test } from "bun:test";
import fc from "fast-check";
import { fitWidth, oneLine, printable, widthOf, wrap } from "../../src/cli/ask-text.ts";

const units = ["a", "b", " ", ".", ",", "-", "\n", "保", "証", "。", "」", "ñ", "👩‍🚀"];
const mixedText = fc.string({ unit: fc.constantFrom(...units) });

test("no wrapped line is wider than the screen", () => {
  fc.assert(
    fc.property(mixedText, fc.integer({ min: 4, max: 40 }), (text, columns) => {
      for (const line of wrap(text, columns)) expect(widthOf(line)).toBeLessThanOrEqual(columns);
    }),
  );
});

test("wrapping loses nothing but spaces", () => {
  fc.assert(
    fc.property(mixedText, fc.integer({ min: 4, max: 40 }), (text, columns) => {
      const squeeze = (value: string) => value.replaceAll(/\s+/gu, "");
      expect(squeeze(wrap(text, columns).join(""))).toBe(squeeze(text));
    }),
  );
});

test("text breaks at spaces, and anywhere between wide characters", () => {
  expect(wrap("the quick brown fox", 10)).toEqual(["the quick", "brown fox"]);
  expect(wrap("保証期間は二年", 8)).toEqual(["保証期間", "は二年"]);
});

test("spaces before a mark that closes cost it no line of its own", () => {
  expect(wrap(" 。」", 4)).toEqual(["。」"]);
});

test("a closing mark does not begin a line", () => {
  expect(wrap("保証期間。二年", 8)).toEqual(["保証期", "間。二年"]);
});

test("a word that is wider than the screen is broken", () => {
  expect(wrap("abcdefghij", 4)).toEqual(["abcd", "efgh", "ij"]);
});

test("a fitted name takes exactly its columns", () => {
  fc.assert(
    fc.property(mixedText, fc.integer({ min: 1, max: 40 }), (text, columns) => {
      expect(widthOf(fitWidth(oneLine(text), columns))).toBe(columns);
    }),
  );
});

test("a long name keeps its beginning and its ending", () => {
  expect(fitWidth("annual report of the housing association.pdf", 20)).toBe("annual rep…ation.pdf");
});

test("text from a document cannot steer the terminal", () => {
  expect(printable("a\u001b[2Jb\u009bc\u202ed\r\ne\tf")).toBe("a[2Jbcd\ne\tf");
});
