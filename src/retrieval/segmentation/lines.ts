/** A line at least this long was probably wrapped, not ended; in UTF-16 units, a wide character counting two. */
const WRAPPED_LENGTH_MIN = 40;

/** As many commas or semicolons as this in two neighbouring lines make them rows of a table. */
const ROW_SEPARATORS_MIN = 3;

const HEADING =
  /^\s*(?:#{1,6}\s|(?:chương|điều|mục|phần|phụ lục|article|chapter|section|part|annex|appendix|статья|глава|раздел)\s+[\dIVXLC]+\b|第[\d一二三四五六七八九十百千]+[章節节條条])/iu;
const ITEM =
  /^\s*(?:[-*•·–—▪◦‣●○]\s|\(?(?:\d{1,3}|[ivx]{1,4}|\p{L})[.)]\s|\d{1,2}(?:\.\d{1,2}){1,3}\.?\s)/iu;
/** A title is one line, begins with a letter or a digit that is large if it can be, and has no cells. */
const TITLE = /^(?=[^\n\t|]*\p{L})(?!\p{Ll})[\p{L}\p{N}][^\n\t|]*$/u;
const TITLE_WIDTH_MAX = 80;
const SENTENCE_END = /[.!?…:;。！？：；]["'”’»)\]」』）]*\s*$/u;
const LOWER_CASE_START = /^\s*\p{Ll}/u;
const WIDE = /[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Hang}]/gu;

/** Longest beginning or end of a line that is looked at, in UTF-16 units: lines may be of any length. */
const LOOK_LENGTH_MAX = 400;

/** Whether a line is an item of a list: it begins with a bullet, a number or a letter. */
export function isItem(line: string): boolean {
  return ITEM.test(line.slice(0, LOOK_LENGTH_MAX));
}

/** Whether a line is a heading, or opens an article of a law with its number. */
export function isHeading(line: string): boolean {
  return HEADING.test(line.slice(0, LOOK_LENGTH_MAX));
}

const MARKDOWN_LEVEL = /^\s*(#{1,6})\s/;
/** The divisions of laws and books from the outside in; Markdown's levels lie on the same scale. */
const DIVISIONS = [
  /^\s*(?:phần|phụ lục|part|annex|appendix|раздел|第[\d一二三四五六七八九十百千]+編)/iu,
  /^\s*(?:chương|chapter|глава|第[\d一二三四五六七八九十百千]+章)/iu,
  /^\s*(?:mục|section|第[\d一二三四五六七八九十百千]+[節节])/iu,
  /^\s*(?:điều|article|статья|第[\d一二三四五六七八九十百千]+[條条])/iu,
];

/** How deep a heading lies by its mark, 1 being outermost. */
export function headingLevel(line: string): number | undefined {
  const start = line.slice(0, LOOK_LENGTH_MAX);
  const markdown = MARKDOWN_LEVEL.exec(start)?.[1];
  if (markdown) return markdown.length;
  const depth = DIVISIONS.findIndex((division) => division.test(start));
  return depth < 0 ? undefined : depth + 1;
}

/** Whether a line that stands by itself looks like a heading: short, not a sentence, not an item or a row. */
export function isTitleLine(line: string): boolean {
  if (line.length > TITLE_WIDTH_MAX || widthOf(line) > TITLE_WIDTH_MAX) return false;
  return TITLE.test(line) && !SENTENCE_END.test(line) && !ITEM.test(line);
}

/** Whether the line break at `index` ends a sentence; a break that only wraps a long line does not. */
export function isHardBreak(text: string, index: number): boolean {
  const line = lineBefore(text, index);
  const next = lineAfter(text, index);
  if (line.trim() === "" || next.trim() === "") return true;
  if (SENTENCE_END.test(line) || isHeading(line) || isHeading(next) || ITEM.test(next)) return true;
  if (isRow(line, next)) return true;
  return !LOWER_CASE_START.test(next) && widthOf(line) < WRAPPED_LENGTH_MIN;
}

function lineBefore(text: string, index: number): string {
  const from = Math.max(0, index - LOOK_LENGTH_MAX);
  const line = text.slice(from, index);
  return line.slice(line.lastIndexOf("\n") + 1);
}

function lineAfter(text: string, index: number): string {
  const line = text.slice(index + 1, index + 1 + LOOK_LENGTH_MAX);
  const end = line.indexOf("\n");
  return end < 0 ? line : line.slice(0, end);
}

function isRow(line: string, next: string): boolean {
  if (/[\t|]/.test(line) || /[\t|]/.test(next)) return true;
  const separators = countOf(line, /[,;]/g);
  return separators >= ROW_SEPARATORS_MIN && separators === countOf(next, /[,;]/g);
}

function widthOf(line: string): number {
  return line.trim().length + countOf(line, WIDE);
}

function countOf(line: string, pattern: RegExp): number {
  return line.match(pattern)?.length ?? 0;
}
