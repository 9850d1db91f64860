import { el } from "./dom.js";

/**
 * @typedef {{start: number, end: number}} Range offsets into the text, UTF-16
 * @typedef {{kind: "text" | "heading" | "code" | "plain", range: Range} | {kind: "table", rows: Range[][]}} Block
 */

const HEADING = /^#{1,6} /;
const ROW = /^\|.*\|$/;
const RULE = /^\|(?: ?:?-{3,}:? ?\|)+$/;
const FENCE = /^(?:```|~~~)/;
/** Headings and what stands out, as an answer has them. */
const EMPHASIS = /^#{1,6} ([^\n]*)$|(?<![\w*])\*\*(?=\S)([^*\n]+?)(?<=\S)\*\*(?![\w*])/gm;
/** A browser lays out no more cells in good time; the rest of a longer table is shown as it is written. */
const CELLS_MAX = 20_000;

/**
 * A part of a document's Markdown as people read it: headings and tables as such, all else as it is written.
 * @param {string} text the whole
 * @param {Range} range the part
 * @param {Range} [cited] marked where it lies within the part
 * @returns {HTMLElement[]}
 */
export function markdownElements(text, range, cited) {
  return blocksOf(text, range).map((block) =>
    block.kind === "table" ? table(text, block.rows, cited) : prose(text, block, cited),
  );
}

/**
 * The same as it is written, such as a program's code.
 * @param {string} text
 * @param {Range} range
 * @param {Range} [cited]
 */
export function plainElements(text, range, cited) {
  return [prose(text, { kind: "plain", range }, cited)];
}

/**
 * A text of an answer: what its Markdown makes large or bold is.
 * @param {string} text
 * @returns {(Node | string)[]}
 */
export function emphasised(text) {
  // Of three parts the second is a heading and the third is bold, where they are.
  return text.split(EMPHASIS).flatMap((part, index) => {
    if (!part) return [];
    return index % 3 === 0 ? part : el("strong", {}, part);
  });
}

/**
 * A quoted text without the marks of headings, rows, fences and bold words.
 * @param {string} text
 */
export function quotation(text) {
  const lines = text.split("\n").filter((line) => !RULE.test(line) && !FENCE.test(line));
  const said = lines.map((line) => (line.startsWith("| ") ? cellTexts(line).join(" · ") : line));
  return said.join("\n").replaceAll(EMPHASIS, "$1$2");
}

/** @param {string} line */
function cellTexts(line) {
  const cells = cellsOf(line, { start: 0, end: line.length });
  return cells.map((cell) => textOf(line, cell).trim()).filter((cell) => cell !== "");
}

/**
 * @param {string} text
 * @param {Range} range
 * @returns {Block[]}
 */
function blocksOf(text, range) {
  const lines = linesOf(text, range);
  /** @type {Block[]} */
  const blocks = [];
  for (let at = 0; at < lines.length; at++) {
    const line = /** @type {Range} */ (lines[at]);
    const written = text.slice(line.start, line.end);
    const code = FENCE.test(written) ? codeAt(text, lines, at) : [];
    const rows = rowsAt(text, lines, at);
    const marker = HEADING.exec(written);
    if (code.length > 0) {
      const [first, last] = [/** @type {Range} */ (code[0]), /** @type {Range} */ (code.at(-1))];
      blocks.push({ kind: "code", range: { start: first.start, end: last.end } });
      at += code.length + 1;
    } else if (rows.length > 0) {
      blocks.push({ kind: "table", rows });
      at += rows.length; // The rule below the head is no row.
    } else if (marker) {
      const start = line.start + marker[0].length;
      blocks.push({ kind: "heading", range: { start, end: line.end } });
    } else addText(blocks, text, line);
  }
  return blocks;
}

/**
 * Blank lines stand within a block of text alone.
 * @param {Block[]} blocks
 * @param {string} text
 * @param {Range} line
 */
function addText(blocks, text, line) {
  if (!/\S/.test(textOf(text, line))) return;
  const last = blocks.at(-1);
  if (last?.kind === "text") last.range.end = line.end;
  else blocks.push({ kind: "text", range: { ...line } });
}

/**
 * @param {string} text
 * @param {Range} range
 */
function linesOf(text, { start, end }) {
  /** @type {Range[]} */
  const lines = [];
  for (let from = start; from < end;) {
    const found = text.indexOf("\n", from);
    const to = found < 0 || found > end ? end : found;
    lines.push({ start: from, end: to });
    from = to + 1;
  }
  return lines;
}

/**
 * The lines between the fence at a line and the next one, or the end.
 * @param {string} text
 * @param {Range[]} lines
 * @param {number} at
 */
function codeAt(text, lines, at) {
  const fence = textOf(text, /** @type {Range} */ (lines[at])).slice(0, 3);
  const isEnd = (/** @type {Range} */ line) => textOf(text, line).trimEnd() === fence;
  const close = lines.findIndex((line, index) => index > at && isEnd(line));
  return lines.slice(at + 1, close < 0 ? lines.length : close);
}

/**
 * The rows of a table that begins at a line, without its rule; none if none does.
 * @param {string} text
 * @param {Range[]} lines
 * @param {number} at
 */
function rowsAt(text, lines, at) {
  const [head, rule] = [lines[at], lines[at + 1]];
  if (!head || !rule || !RULE.test(textOf(text, rule)) || !ROW.test(textOf(text, head))) return [];
  const rows = [cellsOf(text, head)];
  const rowsMax = CELLS_MAX / (rows[0]?.length ?? 1);
  for (let next = at + 2; next < lines.length && rows.length < rowsMax; next++) {
    const line = /** @type {Range} */ (lines[next]);
    if (!ROW.test(textOf(text, line))) break;
    rows.push(cellsOf(text, line));
  }
  return rows;
}

/**
 * @param {string} text
 * @param {Range} line
 */
function cellsOf(text, line) {
  /** @type {Range[]} */
  const cells = [];
  for (let start = line.start + 1; start < line.end;) {
    let end = start;
    while (end < line.end && (text[end] !== "|" || text[end - 1] === "\\")) end++;
    cells.push({ start, end });
    start = end + 1;
  }
  return cells;
}

/**
 * @param {string} text
 * @param {Range} range
 */
function textOf(text, { start, end }) {
  return text.slice(start, end);
}

/**
 * @param {string} text
 * @param {{kind: "text" | "heading" | "code" | "plain", range: Range}} block
 * @param {Range} [cited]
 */
function prose(text, { kind, range }, cited) {
  const isWritten = kind === "code" || kind === "plain";
  const content = marked(text, range, cited, isWritten ? asWritten : emphasised);
  if (kind === "code") return el("pre", { class: "page-code", dir: "ltr" }, ...content);
  const tag = kind === "heading" ? "h4" : "div";
  return el(tag, { class: "page-text", dir: "auto" }, ...content);
}

/**
 * @param {string} text
 * @returns {(Node | string)[]}
 */
function asWritten(text) {
  return [text];
}

/**
 * @param {string} text
 * @param {Range[][]} rows
 * @param {Range} [cited]
 */
function table(text, rows, cited) {
  const row = (/** @type {Range[]} */ cells, /** @type {string} */ tag) =>
    el("tr", {}, ...cells.map((cell) => el(tag, { dir: "auto" }, ...marked(text, cell, cited))));
  const [head = [], ...body] = rows;
  const whole = el(
    "table",
    {},
    el("thead", {}, row(head, "th")),
    el("tbody", {}, ...body.map((cells) => row(cells, "td"))),
  );
  return el("div", { class: "page-table", tabindex: "0" }, whole);
}

/**
 * @param {string} text
 * @param {Range} range
 * @param {Range} [cited]
 * @param {(text: string) => (Node | string)[]} [shown]
 * @returns {(Node | string)[]}
 */
function marked(text, { start, end }, cited, shown = emphasised) {
  const from = Math.max(start, cited?.start ?? end);
  const to = Math.min(end, cited?.end ?? end);
  if (from >= to) return shown(text.slice(start, end));
  const mark = el("mark", { tabindex: "-1" }, ...shown(text.slice(from, to)));
  return [...shown(text.slice(start, from)), mark, ...shown(text.slice(to, end))];
}
