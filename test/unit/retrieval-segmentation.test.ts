import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { ParsedDocument } from "../../src/parsing/parsed.ts";
import { segmentsOf } from "../../src/retrieval/segmentation/segmentation.ts";
import { tokensIn } from "../../src/retrieval/segmentation/tokens.ts";

/** Pages as parsers give them: one after the other, a line break between. */
function documentOf(...pages: string[]): ParsedDocument {
  let start = 0;
  const ranges = pages.map((page, pageIdx) => {
    const range = { pageIdx, start, end: start + page.length };
    start = range.end + 1;
    return range;
  });
  return { parserType: "text", text: pages.join("\n"), pages: ranges };
}

const textsOf = (...pages: string[]) =>
  Array.from(segmentsOf(documentOf(...pages)), ({ text }) => text);
const paragraph = (words: number, word = "word") => `${`${word} `.repeat(words - 1)}${word}.`;

describe("A document is cut along its structure", () => {
  test("short paragraphs stay together, a long text is parted between sentences", () => {
    expect(textsOf("One.\n\nTwo.\n\nThree.")).toEqual(["One.\n\nTwo.\n\nThree."]);
    const parts = textsOf(
      Array.from({ length: 100 }, (_, i) => `Sentence ${i} is here.`).join(" "),
    );
    expect(parts.length).toBeGreaterThan(1);
    for (const part of parts) expect(part).toMatch(/^Sentence .*\.$/);
  });

  test("a paragraph that fits is not cut", () => {
    const [first, second] = [paragraph(150), paragraph(150, "other")];
    expect(textsOf(`${first}\n\n${second}`)).toEqual([first, second]);
  });

  test("a heading goes with what follows it", () => {
    const [before, after] = [paragraph(150), paragraph(150, "other")];
    expect(textsOf(`${before}\n\n# Heading\n\n${after}`)).toEqual([
      before,
      `# Heading\n\n${after}`,
    ]);
    expect(textsOf(`${before}\nĐiều 2. Phạm vi\n${after}`)[1]).toStartWith("Điều 2.");
  });

  const rows = (rowOf: (index: number) => string) =>
    Array.from({ length: 400 }, (_, index) => rowOf(index)).join("\n");

  test.each([
    [
      "Name | Salary",
      `| Name | Salary |\n|---|--:|\n${rows((index) => `| Ann ${index} | ${4000 + index} |`)}`,
    ],
    ["name,city,salary", `name,city,salary\n${rows((index) => `Ann ${index},Leeds,${index}`)}`],
    ["Name Salary", `Name\tSalary\n${rows((index) => `Ann ${index}\t${4000 + index}`)}`],
  ])("a long table goes on under the names of its columns: %s", (columns, table) => {
    const text = `# Staff\n\n${table}\n\n## Others\n\nNone.`;
    const headings = Array.from(segmentsOf(documentOf(text)), (segment) => segment.headings);
    expect(headings.length).toBeGreaterThan(3);
    expect(headings[0]).toBe("");
    expect(new Set(headings.slice(1, -1))).toEqual(new Set([`Staff › ${columns}`]));
    expect(headings.at(-1)).toBe("Staff");
  });

  test("rows that nothing names, and prose with commas, have no columns", () => {
    const table = rows((index) => `| ${index} | ${4000 + index} |`);
    const prose = rows((index) => `Ann, Bob, and Cy met on day ${index}.`);
    for (const text of [table, prose])
      for (const { headings } of segmentsOf(documentOf(text))) expect(headings).toBe("");
  });

  test("no segment crosses a page", () => {
    const segments = [...segmentsOf(documentOf("First page.", "", "  \n ", "Last page."))];
    expect(segments.map(({ pageIdx, text }) => [pageIdx, text])).toEqual([
      [0, "First page."],
      [3, "Last page."],
    ]);
  });

  test("nothing comes of nothing", () => {
    expect(textsOf("", " \n\t\u3000")).toEqual([]);
  });
});

describe("Any document", () => {
  const words = [
    "a",
    "Word. ",
    "слово",
    "語",
    "。",
    "ไทย",
    "𝕏",
    "👩‍👩‍👧",
    "e\u0301",
    " ",
    "\n",
    "\n\n",
    "\n# H\n",
    "|",
    "- ",
  ];
  const stretch = fc
    .tuple(fc.constantFrom(...words), fc.integer({ min: 1, max: 900 }))
    .map(([word, times]) => word.repeat(times));
  const page = fc
    .array(fc.oneof(fc.constantFrom(...words), stretch), { maxLength: 30 })
    .map((parts) => parts.join(""));
  const anyDocument = fc
    .array(page, { minLength: 1, maxLength: 4 })
    .map((pages) => documentOf(...pages));

  test("gives segments with exact offsets, in order, within one page, covering all but white space", () => {
    fc.assert(
      fc.property(anyDocument, (document) => {
        const segments = [...segmentsOf(document)];
        segments.forEach((segment, index) => {
          const { segmentIndex, pageIdx, start, end, text } = segment;
          expect(segmentIndex).toBe(index);
          expect(document.text.slice(start, end)).toBe(text);
          expect(text.trim()).toBe(text);
          expect(end).toBeGreaterThan(start);
          expect(start).toBeGreaterThanOrEqual(segments[index - 1]?.end ?? 0);
          const own = document.pages.find((range) => range.pageIdx === pageIdx);
          expect(own && own.start <= start && end <= own.end).toBe(true);
        });
        const covered = segments.map(({ text }) => text).join("");
        expect(covered.replace(/\s/g, "")).toBe(document.text.replace(/\s/g, ""));
      }),
      { numRuns: 150 },
    );
  });

  test("gives segments of bounded size that split no character", () => {
    fc.assert(
      fc.property(anyDocument, (document) => {
        for (const { text } of segmentsOf(document)) {
          expect(tokensIn(text, 0, text.length)).toBeLessThan(1_000);
          expect(text.isWellFormed()).toBe(true);
        }
      }),
      { numRuns: 150 },
    );
  });

  test("of one endless line is cut in linear time", () => {
    const size = 20_000_000;
    for (const unit of ["x", "語", "word ", "a. ", "."]) {
      const text = unit.repeat(Math.ceil(size / 10 / unit.length));
      expect([...segmentsOf(documentOf(text))].length).toBeGreaterThan(100);
    }
  });
});
