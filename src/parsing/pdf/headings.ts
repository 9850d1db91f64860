import type { Line } from "./line.ts";
import type { Stretch } from "./layout.ts";

/** Lines that may be one heading, before it is known what sizes the document uses. */
export interface Candidate {
  readonly lines: readonly Line[];
  readonly text: string;
  /** Larger by size, or set in bold where a heading would stand. */
  readonly style: string;
  readonly size: number;
  /** It stands right below another candidate, without text between them. */
  readonly follows: boolean;
  readonly pageIdx: number;
  /** How deep the document's outline has it, from 1; undefined if it does not name it. */
  readonly depth: number | undefined;
}

/** So much larger than the text at least. */
const LARGER = 1.15;
const HEADING_LINES_MAX = 4;
const HEADING_CHARS_MAX = 240;
const BOLD_CHARS_MAX = 90;
/** Lines of one heading lie no farther apart, in ems. */
const STEP_EM_MAX = 1.8;
/** Above a bold heading there is more room than between lines, in ems. */
const ROOM_EM_MIN = 1.55;
const INDENT_EM_MAX = 2.5;
/** Sizes are told apart by this, in points. */
const SIZE_STEP = 0.5;

const SECTION_NUMBER = /^(?:§ ?)?(?:\d{1,3}|[A-Z]|[IVX]{1,5})(?:\.\d{1,3})*[.)]?$/;
const NUMBERED = /^(?:\d{1,3}\.)*\d{1,3}\.? \p{L}/u;
const TITLE_START = /^[\p{L}\p{N}§"'“‘«‹„([【「『《〈¿¡]/u;
const UNTITLED_END = /[.,;:!?…。、，；：]$/u;

/** The size that most letters of the document have. */
export function bodySizeOf(pages: readonly (readonly Stretch[])[]): number {
  const letters = new Map<number, number>();
  for (const { face, text } of pages.flat(2)) {
    const size = sizeStep(face.size);
    letters.set(size, (letters.get(size) ?? 0) + text.length);
  }
  const [usual] = [...letters].toSorted((a, b) => b[1] - a[1]);
  return usual?.[0] ?? 0;
}

/** What may be a heading by its size alone. */
export function isLarge(line: Line, bodySize: number): boolean {
  return (
    sizeStep(line.face.size) >= LARGER * bodySize &&
    line.text.length <= HEADING_CHARS_MAX &&
    isOneTitle(line) &&
    TITLE_START.test(line.text) &&
    /\p{L}{2}|\p{Lo}|^\d+$/u.test(line.text)
  );
}

/**
 * What may be a heading by its weight, if its font is bold: a short line of one font, with room above it and
 * text of another font below it.
 */
function standsOut(stretch: Stretch, index: number): boolean {
  const [before, line, after] = [stretch[index - 1], stretch[index], stretch[index + 1]];
  if (!line?.face.isUniform || !after || !isOneTitle(line)) return false;
  const { text, face } = line;
  if (text.length > BOLD_CHARS_MAX || UNTITLED_END.test(text)) return false;
  if (!/^[\p{Lu}\p{Lo}\d]/u.test(text) || !/\p{L}{3}|\p{Lo}/u.test(text)) return false;
  const isFollowed =
    after.face.font !== face.font &&
    after.text.length > text.length / 2 &&
    Math.abs(after.x0 - line.x0) <= INDENT_EM_MAX * line.size;
  const hasRoom = !before || line.y - before.y > ROOM_EM_MIN * line.size || before.y > line.y;
  return isFollowed && (hasRoom || NUMBERED.test(text));
}

/** Lines of one size that follow each other closely, from `index` on. */
function titleAt(stretch: Stretch, index: number): Line[] {
  const lines: Line[] = [];
  for (let at = index; at < stretch.length; at++) {
    const [before, line] = [lines.at(-1), stretch[at]];
    if (!line) break;
    if (before && !(isSameTitle(before, line) && isOneTitle(line))) break;
    lines.push(line);
    if (lines.length > HEADING_LINES_MAX) return [];
  }
  return lines;
}

function isSameTitle(before: Line, line: Line): boolean {
  const step = line.y - before.y;
  return (
    sizeStep(line.face.size) === sizeStep(before.face.size) &&
    step > 0 &&
    step <= STEP_EM_MAX * line.size &&
    !NUMBERED.test(line.text) &&
    !SECTION_NUMBER.test(line.cells[0]?.text ?? "")
  );
}

/** One text, or one with its number set apart. */
function isOneTitle({ cells, block }: Line): boolean {
  if (block !== undefined) return false;
  return cells.length === 1 || (cells.length === 2 && SECTION_NUMBER.test(cells[0]?.text ?? ""));
}

/** Sizes as the document means them: programs round them differently. */
function sizeStep(size: number): number {
  return Math.round(size / SIZE_STEP) * SIZE_STEP;
}

/** What the headings of a document are told by. */
export interface Signs {
  readonly bodySize: number;
  readonly isBold: (fontName: string) => boolean;
  /** How deep the outline has a title on a page, from 1. */
  readonly depthOf: (pageIdx: number, text: string) => number | undefined;
}

/** A page's candidates in reading order. */
export function candidatesOf(
  pageIdx: number,
  stretches: readonly Stretch[],
  signs: Signs,
): Candidate[] {
  const found: Candidate[] = [];
  let isNext = false;
  for (const stretch of stretches) {
    for (let at = 0; at < stretch.length; at++) {
      const candidate = candidateAt(stretch, at, signs, pageIdx, isNext);
      isNext = candidate !== undefined;
      if (!candidate) continue;
      found.push(candidate);
      at += candidate.lines.length - 1;
    }
  }
  return found;
}

function candidateAt(
  stretch: Stretch,
  at: number,
  { bodySize, isBold, depthOf }: Signs,
  pageIdx: number,
  follows: boolean,
): Candidate | undefined {
  const line = stretch[at];
  if (!line) return undefined;
  const before = stretch[at - 1];
  // What goes on from a line that is none is a text in large letters.
  const large = isLarge(line, bodySize) && !(before && isSameTitle(before, line));
  const lines = large ? titleAt(stretch, at) : [line];
  const text = lines.map((it) => it.text).join(" ");
  const depth = isOneTitle(line) ? depthOf(pageIdx, text) : undefined;
  const size = sizeStep(line.face.size);
  const found = { lines, text, size, follows, pageIdx, depth };
  if (large) return lines.length > 0 ? { ...found, style: String(size) } : undefined;
  if (standsOut(stretch, at) && isBold(line.face.font)) return { ...found, style: `${size} bold` };
  return depth === undefined ? undefined : { ...found, style: `outlined ${depth}` };
}
