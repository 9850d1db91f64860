/** One source that LibreOffice wrote in many formats: the same text must come out of all of them. */
import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { formatOf } from "../../../src/parsing/format.ts";
import { parseFile } from "../../../src/parsing/child/parse-file.ts";
import { sampleOfFile } from "../../../src/parsing/telling/sample.ts";
import { LIMITS } from "../../support/limits.ts";

const FOLDER = join(import.meta.dir, "../../data/same-source");

const NOTE = "Giá thuê chưa gồm thuế giá trị gia tăng.";
const COMMENT = "Please check this figure.";
const DESCRIPTION = "Sales rise from left to right";
const SPEECH = "Remember to thank the sponsors.";

interface Expectation {
  /** What stands in lines, page by page; tables left out. */
  readonly pages: readonly string[];
  readonly headings: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** What stands beside: anywhere on the page of that number. */
  readonly beside: readonly (readonly [page: number, text: string])[];
  /** The formats it is there in, and what LibreOffice does not write into them. */
  readonly formats: Readonly<Record<string, readonly string[]>>;
}

const REPORT: Expectation = {
  pages: [
    `Quarterly report Báo cáo quý The committee met on 3 March 2024 & agreed: revenue rose by 12.5 % to €1,234.56 —
     “better than planned”. Tiếng Việt: Công ty đã ký hợp đồng thuê văn phòng mới tại Đà Nẵng từ tháng sáu. По-русски:
     прибыль выросла на двенадцать процентов. 中文：公司在岘港租了新的办公室。 日本語: 新しい事務所。 Next steps
     Следующие шаги Sign the lease read it twice ask the lawyer Move the servers Things to bring: Keys front door Badges`,
    `Figures Số liệu All amounts in thousands; see the full report for details <C:\\data\\{2024}>. The picture shows
     the trend.`,
    `Closing Kết luận First line second line of the same paragraph. Thank you. Cảm ơn. Спасибо. 谢谢。`,
  ],
  headings: [
    "# Quarterly report Báo cáo quý",
    "## Next steps Следующие шаги",
    "# Figures Số liệu",
    "# Closing Kết luận",
  ],
  rows: [
    ["Region", "Sales", ""],
    ["Đà Nẵng", "Q1", "1,200"],
    ["", "Q2", "1,350"],
    ["Москва", "Q1", "980"],
  ],
  beside: [
    [0, NOTE],
    [0, COMMENT],
    [1, DESCRIPTION],
  ],
  formats: {
    odt: [],
    fodt: [],
    docx: [],
    rtf: [],
    pdf: [COMMENT, DESCRIPTION],
    xhtml: [COMMENT, DESCRIPTION],
  },
};

const SLIDES: Expectation = {
  pages: [
    "Kick-off Khởi động dự án Goals Цели ship in May Team 团队",
    "Budget Ngân sách Approved by the board",
  ],
  headings: ["# Kick-off Khởi động dự án", "# Budget Ngân sách"],
  rows: [
    ["Item", "Cost", "Owner"],
    ["Servers", "4,500", "Lan"],
    ["Office", "1,200", "Иван"],
  ],
  beside: [[0, SPEECH]],
  formats: { odp: [], fodp: [], pptx: [], pdf: [SPEECH] },
};

const ORDERS: Expectation = {
  pages: [""],
  headings: [],
  rows: [
    ["Ngày Date", "Product", "Amount", "Paid"],
    ["2024-03-01", "Cà phê | đen", "12.5", "TRUE"],
    ["2024-12-31", "Чай 茶", "3", "FALSE"],
  ],
  beside: [],
  formats: { ods: [], xlsx: [], xls: [], csv: [] },
};

/** Formats without pages hold all of it on one. */
const WITHOUT_PAGES = ["xhtml"];

/** Of what is written beside the text: the note's mark in the text, and the words that lead to it. */
const MARK = /(?<=Đà Nẵng)(\[\^\w+\]|[1¹])/;
const HEADING = /^#+ /;
const LIST_MARKER = /^\s*([-•–]|\w{1,2}[.)]) ?/u;

async function pagesOf(file: string): Promise<string[]> {
  const path = join(FOLDER, file);
  const format = formatOf(file, await sampleOfFile(path)).name;
  const { text, pages } = await parseFile(
    { path, name: file, format, limits: LIMITS },
    () => undefined,
  );
  return pages.map(({ start, end }) => text.slice(start, end));
}

function isBeside(line: string, { beside }: Expectation): boolean {
  return beside.some(([, text]) => line.includes(text)) || /^## Notes$|^# Orders$/.test(line);
}

/** The words of what stands in lines, whatever ends the lines and whatever is emphasised. */
function wordsOf(page: string, expectation: Expectation): string[] {
  const lines = page
    .replaceAll(` [Image: ${DESCRIPTION}]`, "")
    .split("\n")
    .filter((line) => !line.startsWith("|") && !isBeside(line, expectation))
    .map((line) => line.replace(HEADING, "").replace(LIST_MARKER, "").replace(MARK, ""));
  return lines.join(" ").replaceAll(/\*+/g, "").split(/\s+/).filter(Boolean);
}

/** A cell that goes on from the row above is empty, or told again. */
function rowsOf(text: string): string[][] {
  const rows = text
    .split("\n")
    .filter((line) => line.startsWith("|") && !/^[| -]+$/.test(line))
    .map((line) =>
      line
        .slice(1, -1)
        .split(/(?<!\\)\|/)
        .map((cell) => cell.trim().replace("\\|", "|")),
    );
  return rows.map((row, at) =>
    row.map((cell, column) => (rows[at - 1]?.[column] === cell ? "" : cell)),
  );
}

function expectSame(pages: readonly string[], format: string, expectation: Expectation): void {
  const missing = expectation.formats[format] ?? [];
  const wanted = WITHOUT_PAGES.includes(format) ? [expectation.pages.join(" ")] : expectation.pages;
  expect(pages.map((page) => wordsOf(page, expectation).join(" "))).toEqual(
    wanted.map((page) => page.split(/\s+/).join(" ")),
  );
  const text = pages.join("\n");
  const headings = text.split("\n").filter((line) => HEADING.test(line));
  expect(headings.filter((line) => !isBeside(line, expectation))).toEqual([
    ...expectation.headings,
  ]);
  expect(rowsOf(text)).toEqual(expectation.rows.map((row) => [...row]));
  for (const [page, words] of expectation.beside)
    if (!missing.includes(words)) expect(pages[Math.min(page, pages.length - 1)]).toContain(words);
  expect(text).not.toContain("secret");
}

const SOURCES: Readonly<Record<string, Expectation>> = {
  report: REPORT,
  slides: SLIDES,
  orders: ORDERS,
};

describe("the same text comes out of", () => {
  for (const [source, expectation] of Object.entries(SOURCES))
    for (const format of Object.keys(expectation.formats))
      test(`${source}.${format}`, async () =>
        expectSame(await pagesOf(`${source}.${format}`), format, expectation));
});
