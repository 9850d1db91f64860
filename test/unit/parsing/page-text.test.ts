import { describe, expect, test } from "bun:test";
import { layoutOf } from "../../../src/parsing/pdf/layout.ts";
import { pageTexts } from "../../../src/parsing/pdf/page-texts.ts";

const PAGE_HEIGHT = 800;
/** As pdf.js gives it: y downwards from the top left. */
const VIEW = [1, 0, 0, -1, 0, PAGE_HEIGHT];
const SIZE = 10;
/** A character's width in this font. */
const CHAR = 5;

interface Item {
  str: string;
  transform: number[];
  width: number;
  height: number;
  fontName: string;
}

/** A text whose line is `y` points below the top of the page. */
function at(x: number, y: number, str: string, size = SIZE): Item {
  const width = (str.length * CHAR * size) / SIZE;
  return {
    str,
    transform: [size, 0, 0, size, x, PAGE_HEIGHT - y],
    width,
    height: size,
    fontName: "F",
  };
}

function read(...items: Item[]): string {
  return readPages(items)[0] ?? "";
}

function readPages(...pages: Item[][]): string[] {
  const layouts = pages.map((items) => layoutOf(items, VIEW, (font) => font === "vertical"));
  return pageTexts(layouts, { isBold: (font) => font === "bold", depthOf: () => undefined });
}

/** Lines of prose in a column, from a line on. */
function column(x: number, y: number, words: readonly string[]): Item[] {
  return words.map((word, index) => at(x, y + index * 12, `${word} ${"lorem ".repeat(5)}end`));
}

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
    const layout = layoutOf(items, [0, 1, 1, 0, 0, 0], () => false);
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
    ["lone accents of old TeX fonts join their letters", "f¨ur ˇcesk´y", "für český"],
  ];
  for (const [name, drawn, expected] of cases) {
    test(name, () => expect(read(at(50, 50, drawn))).toBe(expected));
  }
});

describe("headings", () => {
  const prose = (y: number, lines = 4) =>
    column(
      50,
      y,
      Array.from({ length: lines }, (_, n) => `p${y + n}`),
    );

  test("larger lines are headings, the largest the highest", () => {
    const text = read(
      at(50, 40, "The Title", 20),
      ...prose(80),
      at(50, 150, "A section", 14),
      ...prose(180),
    );
    expect(text).toStartWith("# The Title\n\np80 ");
    expect(text).toContain("end\n\n## A section\n\np180 ");
  });

  test("a heading of two lines is one", () => {
    expect(read(at(50, 40, "One heading", 14), at(50, 56, "in two", 14), ...prose(90))).toStartWith(
      "# One heading in two\n\np90",
    );
  });

  test("a text in large letters is none", () => {
    const large = [0, 1, 2, 3, 4, 5].map((n) => at(50, 40 + n * 18, `large line ${n}`, 14));
    expect(read(...large, ...prose(170, 12))).not.toContain("#");
  });

  test("the author below a title is none", () => {
    const text = read(at(50, 40, "The Title", 20), at(50, 70, "By Somebody", 12), ...prose(100));
    expect(text).toStartWith("# The Title\n\nBy Somebody\n\np100");
  });

  test("a bold line with room above and text below is one, a bold line among others is not", () => {
    const bold = (y: number, str: string) => ({ ...at(50, y, str), fontName: "bold" });
    const text = read(...prose(40), bold(110, "Findings"), ...prose(124), bold(172, "Not This"));
    expect(text).toContain("\n\n# Findings\n\np124");
    expect(text).toEndWith("\nNot This");
    expect(read(...prose(40), bold(110, "To do:"), ...prose(124))).toContain("\nTo do:\n");
  });
});

describe("running heads and page numbers", () => {
  const page = (number: number, body: string) => [
    at(50, 30, `${number} A Book about Things`),
    ...column(50, 80, [body, `${body}-2`, `${body}-3`]),
    at(300, 770, `- ${number} -`),
  ];

  test("go where they repeat", () => {
    const pages = readPages(...["one", "two", "three", "four"].map((body, n) => page(n + 1, body)));
    for (const text of pages) {
      expect(text).not.toContain("A Book");
      expect(text).not.toMatch(/- \d -/);
    }
    expect(pages[2]).toStartWith("three lorem");
  });

  test("a title that every page begins with stays", () => {
    const titled = (n: number) => [
      at(50, 30, `Chapter ${n} opens`, 16),
      ...column(50, 80, ["a", "b"]),
    ];
    expect(readPages(...[1, 2, 3, 4].map(titled))[2]).toStartWith("# Chapter 3 opens\n\na lorem");
  });

  test("stay in a document of two pages", () => {
    expect(readPages(page(1, "one"), page(2, "two"))[1]).toContain("2 A Book about Things");
  });

  test("a first line of the text stays, however it repeats", () => {
    const body = (n: number) => column(50, 40, [`Page ${n}`, "b", "c"]);
    const pages = readPages(body(1), body(2), body(3), body(4));
    expect(pages[3]).toStartWith("Page 4 lorem");
  });

  test("a page with nothing else keeps its line", () => {
    const pages = readPages(...[1, 2, 3, 4].map((n) => [at(50, 30, `Page ${n}`)]));
    expect(pages[1]).toBe("Page 2");
  });
});

describe("tables without rules", () => {
  const table = (y: number, rows: readonly (readonly string[])[]) =>
    rows.flatMap((cells, r) =>
      cells.flatMap((cell, c) => (cell ? [at(50 + c * 120, y + r * 16, cell)] : [])),
    );

  test("empty cells stay in their columns", () => {
    const rows = [
      ["Code", "Place", "Count"],
      ["A-1", "", "450"],
      ["", "B-07", "289"],
      ["A-3", "C-15", ""],
    ];
    expect(read(at(50, 40, "Before it"), ...table(60, rows))).toBe(
      "Before it\n\n| Code | Place | Count |\n| --- | --- | --- |\n| A-1 |  | 450 |\n|  | B-07 | 289 |\n| A-3 | C-15 |  |",
    );
  });

  test("the further lines of a cell join its first, rows in pairs stay rows", () => {
    const rows = (steps: readonly number[], cells: readonly (readonly string[])[]) =>
      cells.flatMap((row, r) => {
        const y = steps.slice(0, r + 1).reduce((sum, step) => sum + step, 50);
        return row.flatMap((cell, c) => (cell ? [at(50 + c * 150, y, cell)] : []));
      });
    const wrapped = [
      ["Name", "What"],
      ["Pump", "moves the"],
      ["", "water"],
      ["Valve", "stops it"],
    ];
    expect(
      read(...rows([0, 18, 12, 18], wrapped))
        .split("\n")
        .slice(2),
    ).toEqual(["| Pump | moves the water |", "| Valve | stops it |"]);
    const pairs = [
      ["Name", "What"],
      ["one", "1000"],
      ["two", "2000"],
      ["three", "3000"],
      ["four", "4000"],
    ];
    expect(read(...rows([0, 18, 12, 18, 12], pairs)).split("\n")).toHaveLength(6);
  });

  /** Columns so near each other that words in justified lines may be as far apart. */
  const narrow = (y: number, rows: readonly (readonly string[])[]) =>
    rows.flatMap((cells, r) => cells.map((cell, c) => at(50 + c * 31, y + r * 14, cell)));

  test("narrow columns are columns where figures stand in them", () => {
    const rows = [
      ["Where", "Sales", "Gains"],
      ["North", "1,200", "130"],
      ["South", "2,900", "80"],
    ];
    expect(read(...narrow(50, rows))).toBe(
      "| Where | Sales | Gains |\n| --- | --- | --- |\n| North | 1,200 | 130 |\n| South | 2,900 | 80 |",
    );
    const words = rows.map(([first = ""]) => [first, "wider", "space"]);
    expect(read(...narrow(50, words))).toBe(
      "Where wider space\nNorth wider space\nSouth wider space",
    );
  });

  test("a name above several columns is the upper line of the head", () => {
    const rows = [
      ["", "Sales", "Gains", "Sales", "Gains"],
      ["North", "1,200", "130", "1,350", "150"],
      ["South", "2,900", "80", "1,010", "95"],
    ];
    const years = [at(190, 34, "of the year 2022"), at(430, 34, "of the year 2023")];
    expect(read(...years, ...table(50, rows)).split("\n")).toEqual([
      "|  | of the year 2022 |  | of the year 2023 |  |",
      "| --- | --- | --- | --- | --- |",
      "|  | Sales | Gains | Sales | Gains |",
      "| North | 1,200 | 130 | 1,350 | 150 |",
      "| South | 2,900 | 80 | 1,010 | 95 |",
    ]);
  });

  test("cells that stand beside the middle of a name of two lines are of its row", () => {
    const header = [at(50, 50, "Item"), at(200, 50, "Number"), at(300, 50, "Price")];
    const name = [at(50, 72, "Pump, large, with a"), at(50, 84, "long description")];
    const beside = [at(200, 78, "2"), at(300, 78, "100.00")];
    const next = [at(50, 106, "Hose"), at(200, 106, "10"), at(300, 106, "3.50")];
    const expected = [
      "| Item | Number | Price |",
      "| --- | --- | --- |",
      "| Pump, large, with a long description | 2 | 100.00 |",
      "| Hose | 10 | 3.50 |",
    ];
    expect(read(...header, ...name, ...beside, ...next).split("\n")).toEqual(expected);
  });

  test("lines of a paragraph with something beside them stay apart", () => {
    const prose = ["the first line", "the second line", "the third line"];
    const lines = prose.map((text, n) => at(50, 50 + 12 * n, text));
    expect(read(...lines, at(250, 56, "a label"))).toContain("the first line\n");
  });

  test("the last cell of a table keeps its list and its further lines", () => {
    const rows = [
      at(50, 50, "Date"),
      at(150, 50, "What"),
      at(50, 70, "May"),
      at(150, 70, "It says that"),
      at(150, 82, "•"),
      at(165, 82, "much is new"),
      at(50, 102, "June"),
      at(150, 102, "It goes"),
      at(150, 114, "on"),
      at(50, 150, "The end of it"),
    ];
    expect(read(...rows)).toBe(
      "| Date | What |\n| --- | --- |\n| May | It says that • much is new |\n| June | It goes on |\n\nThe end of it",
    );
  });

  test("a list with its numbers apart is a list", () => {
    const items = ["1.", "2.", "3.", "4."].flatMap((number, n) => [
      at(50, 60 + n * 12, number),
      at(70, 60 + n * 12, `item ${n}`),
    ]);
    expect(read(...items)).toBe("1. item 0\n2. item 1\n3. item 2\n4. item 3");
  });
});
