import { expect, test } from "bun:test";
import {
  buildDocx,
  pagesOfDocx,
  paragraph,
  run,
  styled,
  table,
  textOfDocx,
  words,
} from "../../support/docx.ts";

test("the first row of a table is its head", async () => {
  expect(
    await textOfDocx(
      table([
        ["A", "B"],
        ["1", "2|3"],
      ]),
    ),
  ).toBe("| A | B |\n| --- | --- |\n| 1 | 2\\|3 |");
});

test("merged cells leave their columns where they are", async () => {
  const cell = (text: string, properties = "") =>
    `<w:tc><w:tcPr>${properties}</w:tcPr>${paragraph(text)}</w:tc>`;
  const body = `<w:tbl>
    <w:tr>${cell("Region")}${cell("2023")}${cell("2024")}</w:tr>
    <w:tr>${cell("North", '<w:vMerge w:val="restart"/>')}${cell("1")}${cell("2")}</w:tr>
    <w:tr>${cell("", "<w:vMerge/>")}${cell("3")}${cell("4")}</w:tr>
    <w:tr>${cell("South and", '<w:gridSpan w:val="2"/>')}${cell("5")}</w:tr></w:tbl>`;
  expect(await textOfDocx(body)).toBe(
    "| Region | 2023 | 2024 |\n| --- | --- | --- |\n| North | 1 | 2 |\n|  | 3 | 4 |\n| South and |  | 5 |",
  );
});

test("cells that are merged across, and free columns before a row, keep the others in their columns", async () => {
  const cell = (text: string, properties = "") =>
    `<w:tc><w:tcPr>${properties}</w:tcPr>${paragraph(text)}</w:tc>`;
  const body = `<w:tbl>
    <w:tr>${cell("A")}${cell("B")}${cell("C")}</w:tr>
    <w:tr>${cell("1", '<w:hMerge w:val="restart"/>')}${cell("stale", "<w:hMerge/>")}${cell("2")}</w:tr>
    <w:tr><w:trPr><w:gridBefore w:val="1"/></w:trPr>${cell("3")}${cell("4")}</w:tr></w:tbl>`;
  expect(await textOfDocx(body)).toBe(
    "| A | B | C |\n| --- | --- | --- |\n| 1 |  | 2 |\n|  | 3 | 4 |",
  );
});

test("rows and cells in controls and marks of changes are read, deleted and hidden rows are not", async () => {
  const row = (text: string, properties = "") =>
    `<w:tr><w:trPr>${properties}</w:trPr><w:tc>${paragraph(text)}</w:tc><w:sdt><w:sdtContent><w:tc>${paragraph("x")}</w:tc></w:sdtContent></w:sdt></w:tr>`;
  const body = `<w:tbl>${row("head")}${row("deleted", '<w:del w:id="1"/>')}${row("hidden", "<w:hidden/>")}<w:ins>${row("new")}</w:ins></w:tbl>`;
  expect(await textOfDocx(body)).toBe("| head | x |\n| --- | --- |\n| new | x |");
});

test("a table within a table is one cell's text", async () => {
  const inner = table([
    ["a", "b"],
    ["c", "d"],
  ]);
  const body = `<w:tbl><w:tr><w:tc>${inner}</w:tc><w:tc>${paragraph("right")}</w:tc></w:tr></w:tbl>`;
  expect(await textOfDocx(body)).toBe("| a, b; c, d | right |\n| --- | --- |");
});

test("a frame of one column is what stands in it", async () => {
  const body = `<w:tbl><w:tr><w:tc>${paragraph("Title", styled("Heading1"))}${paragraph("text")}</w:tc></w:tr></w:tbl>`;
  expect(await textOfDocx(body)).toBe("# Title\n\ntext");
});

test("a cell that would span a thousand million columns spans no more than there are", async () => {
  const body = `<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val="1000000000"/></w:tcPr>${paragraph("a")}</w:tc><w:tc>${paragraph("b")}</w:tc></w:tr></w:tbl>`;
  expect(await textOfDocx(body)).toContain("| a | b |");
});

test("columns beyond what Word allows are joined into one", async () => {
  const rows = [Array.from({ length: 70 }, (_, at) => `c${at}`)];
  expect(await textOfDocx(table(rows))).toContain("| c62 | c63 c64 c65 c66 c67 c68 c69 |");
});

test("a table goes on under its head on the next page", async () => {
  const row = (...cells: string[]) =>
    `<w:tr>${cells.map((text) => `<w:tc><w:p>${text}</w:p></w:tc>`).join("")}</w:tr>`;
  const broken = run("<w:lastRenderedPageBreak/><w:t>3</w:t>");
  const body = `<w:tbl>${row(words("A"), words("B"))}${row(words("1"), words("2"))}${row(broken, words("4"))}</w:tbl>`;
  expect(await pagesOfDocx(buildDocx(body))).toEqual([
    "| A | B |\n| --- | --- |\n| 1 | 2 |",
    "| A | B |\n| --- | --- |\n| 3 | 4 |",
  ]);
});

test("a first row as long as a page is no head: it is not told again on the next", async () => {
  const long = "word ".repeat(200).trim();
  const broken = `<w:tr><w:tc><w:p>${run("<w:lastRenderedPageBreak/><w:t>1</w:t>")}</w:p></w:tc><w:tc>${paragraph("2")}</w:tc></w:tr>`;
  const body = table([[long, "A"]]).replace("</w:tbl>", `${broken}</w:tbl>`);
  const [, second] = await pagesOfDocx(buildDocx(body));
  expect(second).toBe("| 1 | 2 |\n| --- | --- |");
});

test("a table that is too long for one piece is one table", async () => {
  const rows = Array.from({ length: 1_700 }, (_, at) => [`row ${at}`, String(at)]);
  const lines = (await textOfDocx(paragraph("above") + table(rows) + paragraph("below"))).split(
    "\n",
  );
  expect(lines).toHaveLength(1_700 + 1 + 4);
  expect(lines.slice(0, 5)).toEqual([
    "above",
    "",
    "| row 0 | 0 |",
    "| --- | --- |",
    "| row 1 | 1 |",
  ]);
  expect(lines.slice(-3)).toEqual(["| row 1699 | 1699 |", "", "below"]);
});

test("a long table of one column is text", async () => {
  const rows = Array.from({ length: 1_200 }, (_, at) => [`line ${at}`]);
  const blocks = (await textOfDocx(table(rows))).split("\n\n");
  expect(blocks).toEqual(rows.flat());
});

test("tables within tables beyond all measure are refused", async () => {
  const deep = `${"<w:tbl><w:tr><w:tc>".repeat(400)}${paragraph("x")}${"</w:tc></w:tr></w:tbl>".repeat(400)}`;
  await expect(textOfDocx(deep)).rejects.toThrow("nested too deeply");
});
