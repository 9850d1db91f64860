import { expect, test } from "bun:test";
import { previewOf } from "../../src/notification/preview.ts";

test.each([
  ["short", 20, "short"],
  ["  two\n\n lines\t ", 20, "two lines"],
  ["exactly ten", 11, "exactly ten"],
  ["cut at the end", 9, "cut at t…"],
  ["no space left before the dots", 9, "no space…"],
  ["abc😀def", 5, "abc…"],
  ["", 5, ""],
])("%j in %d characters is %j", (text, charactersMax, preview) => {
  expect(previewOf(text, charactersMax)).toBe(preview);
});

test("a message of a megabyte is cut, not read through", () => {
  expect(previewOf("word ".repeat(200_000), 30).length).toBeLessThanOrEqual(30);
});
