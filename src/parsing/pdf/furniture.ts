import { isLarge } from "./headings.ts";
import type { Layout } from "./layout.ts";
import type { Line } from "./line.ts";

/** Lines at an edge of the page that may be a running head or foot. */
const EDGE_LINES_MAX = 3;
/** What lies nearer to the text than this is part of it. */
const APART_EM = 1.6;
/** More letters are the text's own table. */
const BLOCK_CHARS_MAX = 200;
/** A head stands on so many pages, itself among them, of the pages around. */
const REPEATED_MIN = 3;
const AROUND_PAGES = 6;
/** And stands there in the same place, so nearly. */
const SAME_PLACE_POINTS = 6;

/** A line at an edge: where it stands, and its text without what counts up from page to page. */
interface Edge {
  readonly line: Line;
  readonly key: string;
  /** What its first or last number is ahead of the page's place in the document. */
  readonly ahead: readonly number[];
}

/**
 * The running heads and feet, page numbers among them: lines at the edge of a page, apart from its text, that
 * stand in the same place on pages around it, numbers varying, or whose number counts the pages. A line that
 * is larger than the text is the page's title, and stays.
 */
export function furnitureOf(pages: readonly Layout[], bodySize: number): Set<Line> {
  const edges = pages.map((page, index) =>
    edgesOf(page, index).filter(({ key, line }) => key === "#" || !isLarge(line, bodySize)),
  );
  const furniture = new Set<Line>();
  edges.forEach((page, index) => {
    const around = edges.slice(Math.max(0, index - AROUND_PAGES), index + AROUND_PAGES + 1);
    for (const edge of page) {
      const alike = around.filter((other) => other.some((it) => isAlike(edge, it)));
      if (alike.length >= REPEATED_MIN) furniture.add(edge.line);
    }
  });
  return furniture;
}

function isAlike(a: Edge, b: Edge): boolean {
  if (Math.abs(a.line.y - b.line.y) > SAME_PLACE_POINTS) return false;
  return a.key === b.key || a.ahead.some((number) => b.ahead.includes(number));
}

function edgesOf({ main }: Layout, pageIdx: number): Edge[] {
  const lines = main.flat().toSorted((a, b) => a.y - b.y);
  const top = apart(lines);
  const bottom = apart(lines.toReversed());
  // Nothing but furniture is no furniture: a page that holds a number alone.
  if (top.length + bottom.length >= lines.length) return [];
  return [...top, ...bottom].map((line) => {
    const numbers = line.text.match(/^\d{1,5}(?!\S)|(?<!\S)\d{1,5}$/g) ?? [];
    return { line, key: keyOf(line.text), ahead: numbers.map((it) => Number(it) - pageIdx) };
  });
}

/** The first lines, if a gap parts them from the rest. */
function apart(lines: readonly Line[]): Line[] {
  const table = lines.findIndex(({ block }) => block && block.length > BLOCK_CHARS_MAX);
  for (
    let count = Math.min(EDGE_LINES_MAX, table >= 0 ? table : lines.length);
    count >= 1;
    count--
  ) {
    const [last, next] = [lines[count - 1], lines[count]];
    if (!last || !next) continue;
    if (Math.abs(next.y - last.y) > APART_EM * Math.max(last.face.size, next.face.size))
      return lines.slice(0, count);
  }
  return [];
}

/** Digits vary, and so do Roman numbers that stand first, last or alone. */
function keyOf(text: string): string {
  return text.replace(/\d+/g, "#").replace(/^[ivxlc]+(?= |$)|(?<= )[ivxlc]+$/i, "#");
}
