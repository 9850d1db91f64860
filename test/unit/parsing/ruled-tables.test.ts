import { expect, test } from "bun:test";
import { parsePdf } from "../../../src/parsing/pdf/parse-pdf.ts";
import { LIMITS } from "../../support/limits.ts";
import { buildPdfOfStreams } from "../../support/pdf.ts";

const LEADING = 12;

/** Lines of text, the first with its baseline at a place. */
function at(x: number, y: number, ...lines: string[]): string {
  const texts = lines.map((text) => `(${text}) Tj T*`).join(" ");
  return `BT /F1 10 Tf ${LEADING} TL ${x} ${y} Td ${texts} ET`;
}

/** A line from one place to another, as most programs stroke it. */
function line(x0: number, y0: number, x1: number, y1: number): string {
  return `${x0} ${y0} m ${x1} ${y1} l S`;
}

/** The same as a thin rectangle that is filled, as Word and browsers draw it. */
function bar(x0: number, y0: number, x1: number, y1: number): string {
  return `${x0} ${y0} ${Math.max(x1 - x0, 0.5)} ${Math.max(y1 - y0, 0.5)} re f`;
}

async function read(...drawn: string[]): Promise<string> {
  const { pages } = await parsePdf(buildPdfOfStreams([drawn.join("\n")]), {
    limits: LIMITS,
    report: () => undefined,
    onPage: () => undefined,
  });
  return pages[0] ?? "";
}

test("cells of several lines, beside the middle of which others stand, are cells", async () => {
  const ys = [700, 680, 620, 600];
  const page = await read(
    at(60, 720, "The visits were these."),
    ...ys.map((y) => bar(60, y, 500, y)),
    ...[60, 100, 200, 400, 500].map((x) => bar(x, 600, x, 700)),
    at(65, 687, "No."),
    at(105, 687, "Site"),
    at(205, 687, "Finding"),
    at(405, 687, "Due"),
    at(65, 647, "1"),
    at(105, 653, "Harbour", "warehouse"),
    at(205, 665, "The doors were", "blocked by pallets, and", "locked, all three-", "fold."),
    at(405, 647, "12 May"),
    at(65, 607, "2"),
    at(105, 607, "Office"),
    at(205, 607, "None"),
    at(60, 580, "And this is what comes after the table on the page."),
  );
  expect(page).toBe(
    [
      "The visits were these.",
      "",
      "| No. | Site | Finding | Due |",
      "| --- | --- | --- | --- |",
      "| 1 | Harbour warehouse | The doors were blocked by pallets, and locked, all three-fold. | 12 May |",
      "| 2 | Office | None |  |",
      "",
      "And this is what comes after the table on the page.",
    ].join("\n"),
  );
});

test("a cell over several columns or rows stands in the first of them, a title above the table", async () => {
  const page = await read(
    ...[740, 720, 680, 660, 640].map((y) => line(60, y, 400, y)),
    line(150, 700, 300, 700),
    line(60, 640, 60, 740),
    line(400, 640, 400, 740),
    line(150, 640, 150, 720),
    line(225, 660, 225, 700),
    line(300, 640, 300, 720),
    at(150, 727, "Sales of the year"),
    at(65, 697, "Product"),
    at(180, 707, "Units"),
    at(310, 697, "Remark"),
    at(155, 687, "Q1"),
    at(230, 687, "Q2"),
    at(65, 667, "Bicycle"),
    at(155, 667, "10"),
    at(230, 667, "20"),
    at(310, 667, "new"),
    at(65, 647, "Total"),
    at(155, 647, "30"),
  );
  expect(page).toBe(
    [
      "Sales of the year",
      "",
      "| Product | Units |  | Remark |",
      "| --- | --- | --- | --- |",
      "|  | Q1 | Q2 |  |",
      "| Bicycle | 10 | 20 | new |",
      "| Total | 30 |  |  |",
    ].join("\n"),
  );
});

test("where lines part the columns alone, each line of text is a row", async () => {
  const page = await read(
    "60 600 340 100 re S",
    ...[685, 685].map((y) => line(60, y, 400, y)),
    ...[140, 330].map((x) => line(x, 600, x, 700)),
    at(65, 689, "Code"),
    at(145, 689, "Name"),
    at(335, 689, "Units"),
    at(65, 672, "A-1", "B-2", "C-3", "D-4"),
    at(145, 672, "Pump", "Hose", "Valve", "Seal"),
    at(335, 672, "10", "20", "30", "40"),
  );
  expect(page).toBe(
    "| Code | Name | Units |\n| --- | --- | --- |\n| A-1 | Pump | 10 |\n| B-2 | Hose | 20 |\n| C-3 | Valve | 30 |\n| D-4 | Seal | 40 |",
  );
});

test("a text that runs over the line between two cells is divided there", async () => {
  const page = await read(
    ...[700, 680, 660].map((y) => line(60, y, 260, y)),
    ...[60, 160, 260].map((x) => line(x, 660, x, 700)),
    at(65, 687, "Instrument"),
    at(165, 687, "Place"),
    at(82, 667, "seismometer of Skerry Point"),
  );
  expect(page).toBe("| Instrument | Place |\n| --- | --- |\n| seismometer of | Skerry Point |");
});

test("the labels of a plot are no table, nor is a frame around the page", async () => {
  const page = await read(
    "40 40 500 700 re S",
    line(60, 400, 300, 400),
    line(180, 300, 180, 500),
    at(185, 490, "y"),
    at(290, 405, "x"),
    at(70, 420, "second"),
    at(200, 350, "fourth"),
  );
  expect(page).not.toContain("|");
  expect(page).toContain("second");
});

test("where rules part the rows alone, what stands between two of them is a row", async () => {
  const page = await read(
    ...[684, 650, 628, 606].map((y) => bar(60, y, 500, y)),
    at(60, 690, "Item"),
    at(120, 690, "Description"),
    at(410, 690, "Amount"),
    at(60, 664, "A-", "100"),
    at(
      120,
      670,
      "Lamp oil of the first quality, in barrels of forty litres each,",
      "with a tap and a funnel",
    ),
    at(410, 664, "$1,200.00"),
    at(60, 635, "B-200"),
    at(120, 635, "Wicks"),
    at(410, 635, "$30.00"),
    at(300, 613, "Total of all items"),
    at(410, 613, "$1,230.00"),
    bar(60, 540, 500, 540),
    at(
      60,
      580,
      "A paragraph between two rules is none of the table above it, though it has",
      "lines of its own.",
    ),
  );
  expect(page).toBe(
    [
      "| Item | Description | Amount |",
      "| --- | --- | --- |",
      "| A-100 | Lamp oil of the first quality, in barrels of forty litres each, with a tap and a funnel | $1,200.00 |",
      "| B-200 | Wicks | $30.00 |",
      "|  | Total of all items | $1,230.00 |",
      "",
      "A paragraph between two rules is none of the table above it, though it has",
      "lines of its own.",
    ].join("\n"),
  );
});

test("rules above and below a table's head and at its end do not part its rows", async () => {
  const page = await read(
    ...[702, 684, 650].map((y) => line(60, y, 300, y)),
    at(65, 690, "Method"),
    at(150, 690, "Precision"),
    at(230, 690, "Recall"),
    ...[
      ["Words", "0.71", "0.64"],
      ["Vectors", "0.74", "0.69"],
    ].flatMap((cells, row) =>
      cells.map((text, column) => at([65, 150, 230][column] ?? 0, 672 - 12 * row, text)),
    ),
  );
  expect(page).toBe(
    "| Method | Precision | Recall |\n| --- | --- | --- |\n| Words | 0.71 | 0.64 |\n| Vectors | 0.74 | 0.69 |",
  );
});
