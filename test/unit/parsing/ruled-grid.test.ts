import { describe, expect, test } from "bun:test";
import { lineOf } from "../../../src/parsing/pdf/line.ts";
import type { Piece } from "../../../src/parsing/pdf/piece.ts";
import { cellTextOf } from "../../../src/parsing/pdf/ruled/cell-text.ts";
import { cellsOf, isOfValues } from "../../../src/parsing/pdf/ruled/cells.ts";
import { gridsOf } from "../../../src/parsing/pdf/ruled/grid.ts";
import { type PaintedPath, rulesOf } from "../../../src/parsing/pdf/ruled/rules.ts";
import { segmentsAround } from "../../../src/parsing/pdf/ruled/tables.ts";
import { segmentsOf } from "../../../src/parsing/pdf/segment.ts";

const asDrawn = (x: number, y: number) => [x, y] as const;
const stroked = (...points: number[]): PaintedPath => ({ isStroked: true, points });
const filled = (...points: number[]): PaintedPath => ({ isStroked: false, points });

/** Lines that lie at these heights and stand at these places, all of them as long as the others reach. */
function ruled(ys: readonly number[], xs: readonly number[], right = 100) {
  const lying = ys.map((at) => ({ at, from: 0, to: right }));
  const standing = xs.map((at) => ({ at, from: ys[0] ?? 0, to: ys.at(-1) ?? 0 }));
  return { lying, standing };
}

function piece(text: string, x: number, y: number, width = 5 * text.length): Piece {
  return { text, x, y, width, size: 10, font: "F" };
}

describe("a rule", () => {
  test("is a stroke that lies or stands, and not one that leans", () => {
    const { lying, standing } = rulesOf([stroked(0, 0, 100, 0, 100, 50, 0, 20)], asDrawn);
    expect(lying).toEqual([{ at: 0, from: 0, to: 100 }]);
    expect(standing).toEqual([{ at: 100, from: 0, to: 50 }]);
  });

  test("is a thin box that is filled, and not a thick one", () => {
    const thin = filled(0, 0, 100, 0, 100, 2, 0, 2);
    expect(rulesOf([thin], asDrawn).lying).toEqual([{ at: 1, from: 0, to: 100 }]);
    const thick = filled(0, 0, 100, 0, 100, 50, 0, 50);
    expect(rulesOf([thick], asDrawn)).toEqual({ lying: [], standing: [] });
  });

  test("goes on where another touches it, and is none if it is a mark", () => {
    const { lying } = rulesOf([stroked(0, 0, 50, 0), stroked(51, 1, 100, 1)], asDrawn);
    expect(lying).toEqual([{ at: 0.5, from: 0, to: 100 }]);
    expect(rulesOf([stroked(0, 0, 4, 0)], asDrawn).lying).toEqual([]);
  });
});

describe("a grid", () => {
  test("is of lines that touch, and tells which places are one cell", () => {
    const { lying, standing } = ruled([0, 20, 40], [0, 50, 100]);
    const short = [...standing.filter(({ at }) => at !== 50), { at: 50, from: 20, to: 40 }];
    const [grid, ...others] = gridsOf({ lying, standing: short });
    expect(others).toEqual([]);
    expect(grid).toMatchObject({ xs: [0, 50, 100], ys: [0, 20, 40] });
    expect(grid?.cells).toEqual([
      [0, 0],
      [2, 3],
    ]);
  });

  test("may be open to the left and to the right", () => {
    expect(gridsOf(ruled([0, 20, 40], [50]))[0]?.xs).toEqual([0, 50, 100]);
  });

  test("is none of two axes, and none of a drawing's lines", () => {
    expect(gridsOf(ruled([0], [50]))).toEqual([]);
    const many = Array.from({ length: 1_001 }, (_, at) => at * 20);
    const texts = [piece("a", 10, 15), piece("b", 60, 15), piece("c", 10, 35), piece("d", 60, 35)];
    expect(segmentsAround(texts, ruled(many, [0, 50, 100]))).toEqual(segmentsOf(texts));
    expect(segmentsAround(texts, ruled(many.slice(0, 9), [0, 50, 100]))).toHaveLength(1);
  });
});

describe("what stands in a grid", () => {
  const [grid] = gridsOf(ruled([0, 20, 40], [0, 50, 100]));
  if (!grid) throw new Error("There is no grid.");
  const values = [piece("a", 10, 15), piece("b", 60, 15), piece("c", 10, 35), piece("d", 60, 35)];
  const isTable = (pieces: readonly Piece[]) => isOfValues(grid, cellsOf(grid, pieces));

  test("are values, unless there is a column of text, or text that lies on the lines", () => {
    expect(isTable(values)).toBe(true);
    expect(isTable([...values, piece("x".repeat(1_600), 10, 35, 30)])).toBe(false);
    expect(isTable([...values, piece("label", 35, 35, 30)])).toBe(false);
    expect(isTable(values.slice(0, 1))).toBe(false);
  });

  test("is divided where a line runs through a text with a space", () => {
    const cells = cellsOf(grid, [piece("one two", 25, 15, 50)]);
    expect(cells.map(({ column, pieces }) => [column, pieces[0]?.text])).toEqual([
      [0, "one"],
      [1, "two"],
    ]);
  });
});

test.each([
  [["two", "words"], "two words"],
  [["well-", "known"], "well-known"],
  [["Donau\u00ad", "dampf"], "Donaudampf"],
  [["東京都", "千代田区"], "東京都千代田区"],
  [["", "late"], "late"],
])("the lines %j of a cell are one", (texts, whole) => {
  const face = { font: "F", size: 10, isUniform: true };
  const lines = texts.map((text, at) =>
    lineOf([{ text, x0: 0, x1: 10, y: 12 * at, size: 10, face }]),
  );
  expect(cellTextOf(lines)).toBe(whole);
});
