import { describe, expect, test } from "bun:test";
import { layoutOf } from "../../../src/parsing/pdf/layout.ts";
import { pageTexts } from "../../../src/parsing/pdf/page-texts.ts";
import { at, column, read, SIZE } from "../../support/page-items.ts";

describe("lines and paragraphs", () => {
  test("a line break for each line, an empty line for a gap", () => {
    expect(
      read(at(50, 50, "one"), at(50, 62, "two"), at(50, 74, "three"), at(50, 110, "four")),
    ).toBe("one\ntwo\nthree\n\nfour");
  });

  test("no space inside a word that is drawn in pieces, one between words", () => {
    expect(read(at(50, 50, "Wa"), at(59.8, 50, "ter"), at(78, 50, "falls"))).toBe("Water falls");
  });

  test("a blank piece and a gap make one space", () => {
    expect(read(at(50, 50, "a "), at(60, 50, " "), at(66, 50, "b"))).toBe("a b");
  });

  test("indices and exponents stay in their line", () => {
    expect(read(at(50, 50, "x"), at(55, 52, "1", 7), at(59, 50, "+y"), at(69, 46, "2", 7))).toBe(
      "x1+y2",
    );
  });

  test("a bullet that is an o of its own is a bullet", () => {
    const item = [at(50, 62, "o", 10), at(80, 62, "ship it")];
    expect(read(at(50, 50, "To do"), ...item)).toBe("To do\n- ship it");
  });

  test("a text drawn twice for bold is there once", () => {
    expect(read(at(50, 50, "Bold"), at(50.3, 50, "Bold"), at(50, 62, "Bold"))).toBe("Bold\nBold");
  });

  test("a page's header that is drawn last comes first", () => {
    expect(read(at(50, 100, "body one"), at(50, 112, "body two"), at(50, 30, "HEADER"))).toBe(
      "HEADER\n\nbody one\nbody two",
    );
  });

  test("an empty page is an empty text", () => expect(read()).toBe(""));
});

describe("columns and tables", () => {
  test("columns of prose are read one after the other", () => {
    const left = column(50, 100, ["l1", "l2", "l3", "l4", "l5"]);
    const right = column(320, 100, ["r1", "r2", "r3", "r4", "r5"]);
    const rowByRow = left.flatMap((item, index) => [item, right[index] ?? item]);
    const title = at(50, 60, "A title across both of the columns, wide enough to cross it all");
    const firstWords = read(title, ...rowByRow)
      .split("\n")
      .filter(Boolean)
      .map((line) => line.slice(0, 2));
    expect(firstWords).toEqual(["A ", "l1", "l2", "l3", "l4", "l5", "r1", "r2", "r3", "r4", "r5"]);
  });

  test("short columns between tables are read as drawn, one after the other", () => {
    const table = (y: number, name: string) =>
      [0, 12, 24].flatMap((dy) => [50, 180, 300].map((x) => at(x, y + dy, `${name}${dy}`)));
    const names = (side: string) => [1, 2, 3, 4, 5].map((line) => `${side}${line}`);
    const lines = read(
      ...table(50, "a"),
      ...column(50, 86, names("l")),
      ...column(320, 86, names("r")),
      ...table(146, "b"),
    ).split("\n");
    const firstWords = lines.filter((line) => /^[lr]\d/.test(line)).map((line) => line.slice(0, 2));
    expect(firstWords).toEqual([...names("l"), ...names("r")]);
    expect(lines.at(-1)).toBe("| b24 | b24 | b24 |");
  });

  test("a table drawn column by column is read row by row", () => {
    const cells = [50, 200, 350].flatMap((x, c) =>
      [100, 114, 128, 142, 156].map((y, r) => at(x, y, `c${c}r${r}`)),
    );
    expect(
      read(...cells)
        .split("\n")
        .slice(0, 3),
    ).toEqual(["| c0r0 | c1r0 | c2r0 |", "| --- | --- | --- |", "| c0r1 | c1r1 | c2r1 |"]);
  });

  test("a long index in columns, drawn column by column, is read column by column", () => {
    const entries = [50, 320].flatMap((x, c) =>
      Array.from({ length: 14 }, (_, r) => at(x, 100 + r * 12, `entry ${c}-${r}`)),
    );
    expect(
      read(...entries)
        .split("\n")
        .slice(12, 16),
    ).toEqual(["entry 0-12", "entry 0-13", "entry 1-0", "entry 1-1"]);
  });
});

describe("other directions", () => {
  test("a rotated page reads as the reader sees it", () => {
    const items = [at(50, 50, "one"), at(50, 62, "two")];
    const view = [0, 1, 1, 0, 0, 0];
    const layout = layoutOf({ items, paths: [], view, isVertical: () => false });
    expect(pageTexts([layout], { isBold: () => false, depthOf: () => undefined })).toEqual([
      "one\ntwo",
    ]);
  });

  test("a note up the margin comes after the text", () => {
    const note = { ...at(20, 300, "arXiv"), transform: [0, SIZE, -SIZE, 0, 20, 300] };
    expect(read(note, at(50, 50, "The text of the page"))).toBe("The text of the page\n\narXiv");
  });

  test("Japanese from top to bottom, lines from right to left", () => {
    const vertical = (x: number, str: string) => ({
      ...at(x, 50, str),
      fontName: "vertical",
      height: str.length * SIZE,
    });
    expect(read(vertical(400, "右の行"), vertical(380, "左の行"))).toBe("右の行\n左の行");
  });

  test("Hebrew pieces are read from right to left", () => {
    expect(read(at(300, 50, "שלום"), at(270, 50, "עולם"))).toBe("שלום עולם");
    const drawnFromTheLeft = [at(270, 50, "ם"), at(275, 50, "שלו"), at(295, 50, "עוד")];
    expect(read(...drawnFromTheLeft)).toBe("עוד שלום");
    const withLatin = [at(270, 50, "PDF"), at(290, 50, "1.7"), at(309, 50, "קובץ")];
    expect(read(...withLatin)).toBe("קובץ PDF 1.7");
  });
});

describe("characters", () => {
  const cases: [string, string, string][] = [
    ["ligatures are letters", "eﬀicient ﬁle", "efficient file"],
    ["Arabic presentation forms are letters", "ﻻ", "لا"],
    ["spaces of all widths are spaces", "a\u00a0b\u2009c", "a b c"],
    ["codes without a character go", "a\u0003b\u200bc", "abc"],
    ["the bullets of Symbol are bullets", "\uf0b7 item", "- item"],
    ["dashes that stand for bullets are bullets", "–ship it", "- ship it"],
    ["letters set apart for show are a word", "C O N T E N T S", "CONTENTS"],
    ["letters and marks are composed", "Vie\u0302\u0323t", "Việt"],
    ["lone accents of old TeX fonts join their letters", "f¨ur ˇcesk´y na¨ıve", "für český naïve"],
  ];
  for (const [name, drawn, expected] of cases) {
    test(name, () => expect(read(at(50, 50, drawn))).toBe(expected));
  }
});
