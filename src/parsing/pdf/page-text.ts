import { isRtl } from "./characters.ts";
import { readingOrder } from "./order.ts";
import { flowsOf, type TextItem } from "./piece.ts";
import { type Row, rowsOf } from "./rows.ts";
import { segmentsOf } from "./segment.ts";

interface Line {
  readonly text: string;
  readonly y: number;
  readonly size: number;
}

/** Lines this much farther apart than usual are two paragraphs. */
const PARAGRAPH_SHARE = 1.35;
const RTL_ROW_SHARE = 0.5;

/** A page's text in reading order: a line break for each line, an empty line between paragraphs. */
export function pageText(
  items: Iterable<TextItem>,
  view: readonly number[],
  isVertical: (fontName: string) => boolean,
): string {
  const flows = flowsOf(items, view, isVertical).map(({ pieces }) =>
    readingOrder(segmentsOf(pieces))
      .map((stretch) => paragraphs(rowsOf(stretch).map(lineOf)))
      .join("\n"),
  );
  return flows.filter(Boolean).join("\n\n").normalize("NFC");
}

function lineOf(row: Row): Line {
  const rtl = row.filter(({ text }) => isRtl(text)).length > RTL_ROW_SHARE * row.length;
  const ordered = row.toSorted((a, b) => (rtl ? b.x0 - a.x0 : a.x0 - b.x0));
  return {
    text: ordered.map(({ text }) => text).join(" "),
    y: Math.max(...row.map(({ y }) => y)),
    size: Math.max(...row.map(({ size }) => size)),
  };
}

function paragraphs(lines: readonly Line[]): string {
  const pitch = usualPitch(lines);
  let text = "";
  lines.forEach((line, index) => {
    const before = lines[index - 1];
    if (before) text += isParagraphBreak(before, line, pitch) ? "\n\n" : "\n";
    text += line.text;
  });
  return text;
}

function isParagraphBreak(before: Line, line: Line, pitch: number): boolean {
  const step = line.y - before.y;
  return (
    step > PARAGRAPH_SHARE * pitch && step > PARAGRAPH_SHARE * Math.max(before.size, line.size)
  );
}

/** The median distance between baselines. */
function usualPitch(lines: readonly Line[]): number {
  const steps = lines.slice(1).map((line, index) => line.y - (lines[index]?.y ?? line.y));
  return steps.toSorted((a, b) => a - b)[(steps.length - 1) >> 1] ?? 0;
}
