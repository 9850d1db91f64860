import { expect, test } from "bun:test";
import { join } from "node:path";
import { formatOf } from "../../../src/parsing/format.ts";
import { parseFile } from "../../../src/parsing/child/parse-file.ts";
import { withBorrowedLetters } from "../../../src/parsing/pdf/borrowed-letters.ts";
import type { Piece } from "../../../src/parsing/pdf/piece.ts";
import { sampleOfFile } from "../../../src/parsing/telling/sample.ts";
import { LIMITS } from "../../support/limits.ts";

const FOLDER = join(import.meta.dir, "../../data/borrowed-letters");

async function wordsOf(name: string): Promise<string[]> {
  const path = join(FOLDER, name);
  const format = formatOf(name, await sampleOfFile(path)).name;
  const { text } = await parseFile({ path, name, format, limits: LIMITS }, () => undefined);
  return text.replaceAll("#", "").split(/\s+/).filter(Boolean);
}

test("a PDF whose vowels are of another font reads as its source does", async () => {
  expect(await wordsOf("vietnamese.pdf")).toEqual(await wordsOf("vietnamese.fodt"));
});

const piece = (text: string, x: number, width: number, font: string): Piece => ({
  text,
  x,
  y: 0,
  width,
  size: 10,
  font,
});

test("text that is drawn over other text is left as it is", () => {
  const stamped = [piece("Name.......", 0, 80, "a"), piece("Ann", 40, 15, "b")];
  expect(withBorrowedLetters(stamped)).toEqual(stamped);
  const columns = [piece("right", 100, 20, "a"), piece("left", 0, 15, "b")];
  expect(
    withBorrowedLetters(columns)
      .map(({ text }) => text)
      .toSorted(),
  ).toEqual(["left", "right"]);
});
