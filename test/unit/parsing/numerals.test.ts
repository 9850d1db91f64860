import { expect, test } from "bun:test";
import { numeralOf } from "../../../src/parsing/numerals.ts";

test.each([
  [7, "decimal", "7"],
  [7, "decimalZero", "07"],
  [4, "lowerRoman", "iv"],
  [1994, "upperRoman", "MCMXCIV"],
  [4_000, "upperRoman", "4000"],
  [27, "lowerLetter", "aa"],
  [131, "upperLetter", "131"],
  [2, "russianLower", "б"],
  [1, "ordinal", "1st"],
  [11, "ordinal", "11th"],
  [22, "ordinal", "22nd"],
  [20, "decimalEnclosedCircle", "⑳"],
  [21, "decimalEnclosedCircle", "21"],
  [10, "chineseCounting", "十"],
  [21, "chineseCounting", "二十一"],
  [105, "ideographDigital", "一〇五"],
  [3, "ideographTraditional", "丙"],
  [0, "lowerLetter", "0"],
  [5, "constructor", "5"],
])("%d as %s is %s", (number, format, numeral) => {
  expect(numeralOf(number, format)).toBe(numeral);
});
