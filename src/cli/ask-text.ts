const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** What may not begin a line in Chinese and Japanese typesetting. */
const CLOSING = /^[\p{Pe}\p{Pf}、。，．！？：；・…ー々）」』】〉》〕]/u;

/** Control characters, and the marks that reverse the reading direction: a document may not steer a terminal. */
const UNSAFE = /(?![\n\t])\p{Cc}|[\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** Text from a file or the network made harmless to print; line breaks and tabs stay. */
export function printable(text: string): string {
  return text.replaceAll("\r\n", "\n").replaceAll(UNSAFE, "");
}

/** The same on one line. */
export function oneLine(text: string): string {
  return printable(text).replaceAll(/\s+/gu, " ").trim();
}

/** Cells that text takes on a screen: two for a wide character, none for a combining one. */
export function widthOf(text: string): number {
  return Bun.stringWidth(text);
}

/** Exactly `columns` cells: padded, or cut in the middle so that a file keeps its beginning and its ending. */
export function fitWidth(text: string, columns: number): string {
  const width = widthOf(text);
  if (width <= columns) return text + " ".repeat(columns - width);
  const parts = [...graphemes.segment(text)].map((part) => part.segment);
  const tail = take(parts.toReversed(), Math.floor((columns - 1) / 2)).toReversed();
  const head = take(parts, columns - 1 - widthOf(tail.join("")));
  const cut = `${head.join("")}…${tail.join("")}`;
  return cut + " ".repeat(Math.max(0, columns - widthOf(cut)));
}

function take(parts: readonly string[], columns: number): string[] {
  const taken: string[] = [];
  let width = 0;
  for (const part of parts) {
    width += widthOf(part);
    if (width > columns) break;
    taken.push(part);
  }
  return taken;
}

/** Breaks text into lines of at most `columns` cells, at spaces and between wide characters; its own breaks stay. */
export function wrap(text: string, columns: number): string[] {
  return text.split("\n").flatMap((line) => wrapLine(line, Math.max(2, columns)));
}

function wrapLine(line: string, columns: number): string[] {
  const lines: string[] = [];
  let current = "";
  for (const unit of unitsOf(line, columns)) {
    const fits = widthOf((current + unit).trimEnd()) <= columns;
    if (!fits && current !== "") {
      lines.push(current.trimEnd());
      current = unit.trimStart();
    } else {
      current += fits ? unit : unit.trimStart();
    }
  }
  return [...lines, current.trimEnd()];
}

/** What a line may not be broken inside of: a word and the spaces before it, or one wide character. */
function unitsOf(line: string, columns: number): string[] {
  const units: string[] = [];
  let open = false;
  for (const { segment } of graphemes.segment(line)) {
    const last = units.at(-1);
    const wide = widthOf(segment) > 1;
    const blank = segment.trim() === "";
    const joins = last !== undefined && (open || CLOSING.test(segment));
    const startsWord = blank && last !== undefined && last.trim() !== "";
    if (
      joins &&
      !startsWord &&
      (!wide || CLOSING.test(segment)) &&
      fitsWith(last, segment, columns)
    )
      units[units.length - 1] = last + segment;
    else units.push(segment);
    open = !wide;
  }
  return units;
}

function fitsWith(unit: string, segment: string, columns: number): boolean {
  return widthOf(unit.trimStart() + segment) <= columns;
}
