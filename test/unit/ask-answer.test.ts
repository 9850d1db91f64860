import { expect, test } from "bun:test";
import { citationsOf, renderAnswer, textWithMarkers } from "../../src/cli/ask-answer.ts";
import type { Screen } from "../../src/cli/ask-terminal.ts";
import { widthOf } from "../../src/cli/ask-text.ts";
import type { WireMessage } from "../../src/cli/client/wire.ts";

const cite = (start: number, title = "lease.pdf") => ({
  document_id: "d",
  document_title: title,
  segment_index: 0,
  page_idx: 2,
  start,
  end: start + 5,
  snippet_preview: "",
});

const answer = (content: string, sections: [string, number[]][]): WireMessage => ({
  id: "m",
  conversation_id: "c",
  role: "ai",
  status: "done",
  content,
  metadata: {
    sections: sections.map(([text, starts]) => ({ text, citations: starts.map((at) => cite(at)) })),
    citations: [...new Set(sections.flatMap(([, starts]) => starts))].map((at) => cite(at)),
  },
});

const screen = (columns: number): Screen => ({
  live: false,
  size: () => ({ columns, rows: 24 }),
  write: () => undefined,
});

test("citations count from 1 in the order of their list, each source once", () => {
  const message = answer("One. Two.", [
    ["One.", [9, 3]],
    ["Two.", [3]],
  ]);
  expect(citationsOf(message).map(({ start }) => start)).toEqual([9, 3]);
  expect(textWithMarkers(message)).toBe("One. [1][2] Two. [2]");
});

test("markers that the answer has already are not doubled", () => {
  const message = answer("One. [1]\n\nTwo. [2]", [
    ["One.", [1]],
    ["Two.", [2]],
  ]);
  expect(textWithMarkers(message)).toBe("One. [1]\n\nTwo. [2]");
});

test("the answer is followed by its sources: title, page or slide from one, quoted text", () => {
  const message = answer("The rent is 950 euro. [1]", [["The rent is 950 euro.", [1]]]);
  const source = { number: 1, citation: cite(1), quote: "a rent of\n950 euro", pageUnit: "slide" };
  expect(renderAnswer(message, [source], screen(80))).toEqual([
    "The rent is 950 euro. [1]",
    "",
    "[1] lease.pdf, slide 3",
    "    “a rent of 950 euro”",
  ]);
});

test("answer, titles and quotes fit the screen, and none of them can steer it", () => {
  const title = "保証期間についての非常に長い名前のファイル\u001b]0;x\u0007.pdf";
  const message = answer(`${"many words ".repeat(30)}\u001b[31m`, [["many", [1]]]);
  const source = {
    number: 1,
    citation: cite(1, title),
    quote: `${"長い引用".repeat(20)}\u001b[0m`,
    pageUnit: "page\u001b[1m",
  };
  for (const columns of [30, 61, 120]) {
    const lines = renderAnswer(message, [source], screen(columns));
    for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(columns);
    expect(lines.join("\n")).not.toContain("\u001b");
  }
});

test("an answer without sources is its text alone", () => {
  const message = answer("The documents do not say.", []);
  expect(renderAnswer(message, [], screen(80))).toEqual(["The documents do not say."]);
});
