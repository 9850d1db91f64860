import { describe, expect, test } from "bun:test";
import { at, read } from "../../support/page-items.ts";

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

  test("a table of contents keeps its lines, and a formula in pieces is none", () => {
    const contents = ["Cables", "Ropes", "Chains"].flatMap((title, n) => [
      at(50, 60 + n * 12, `${title} . . . . . . . .`),
      at(350, 60 + n * 12, String(n + 1)),
    ]);
    expect(read(...contents)).not.toContain("| --- |");
    const matrix = [0, 1, 2].flatMap((r) =>
      [0, 1, 2].map((c) => at(100 + c * 40, 60 + r * 14, "abcdefghi"[r * 3 + c] ?? "")),
    );
    expect(read(...matrix)).not.toContain("| --- |");
  });

  test("a table in Arabic begins on the right", () => {
    const rows = [
      ["السعر", "العدد", "الصنف"],
      ["خمسة", "اثنان", "شاي"],
      ["سبعة", "ثلاثة", "أرز"],
    ];
    expect(read(...table(50, rows)).split("\n")[0]).toBe("| الصنف | العدد | السعر |");
  });

  test("a list with its numbers apart is a list", () => {
    const items = ["1.", "2.", "3.", "4."].flatMap((number, n) => [
      at(50, 60 + n * 12, number),
      at(70, 60 + n * 12, `item ${n}`),
    ]);
    expect(read(...items)).toBe("1. item 0\n2. item 1\n3. item 2\n4. item 3");
  });
});
