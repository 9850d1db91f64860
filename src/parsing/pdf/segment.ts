import { composeAccents, isRtl, tidyLine, tidyPiece } from "./characters.ts";
import type { Piece } from "./piece.ts";

/** Text on one line without a wide gap inside: a line of a column, or a table's cell. */
export interface Segment {
  readonly text: string;
  readonly x0: number;
  readonly x1: number;
  readonly y: number;
  readonly size: number;
  /** The font and the size that most of it is set in. */
  readonly face: Face;
  /** Its parts, if gaps are in it that are wider than between most words: narrow columns of a table, perhaps. */
  readonly loose?: readonly Segment[];
  /** What it reads as, if it is a table with lines between its cells. */
  readonly block?: string;
}

/** How letters look. */
export interface Face {
  /** What pdf.js calls the font. */
  readonly font: string;
  readonly size: number;
  /** Nothing of it is set in another font or size. */
  readonly isUniform: boolean;
}

/** Gaps in ems. TeX squeezes a word space to 0.22; kerning and italics leave up to 0.14 inside a word. */
const SPACE_EM = 0.15;
const CELL_GAP_EM = 0.9;
/** Justified lines have such gaps too, but hardly one below the other. */
const LOOSE_GAP_EM = 0.45;
/** Typewriters' spaces are as wide as their letters. */
const LOOSE_GAP_LETTERS = 1.1;
/** Backwards so far is kerning or an overlaid accent; farther is another place on the page. */
const OVERLAP_EM = 0.6;
/** An accent lies on its letter; a space before it is none. */
const OVERLAID_EM = 0.1;
/** Raised or lowered so far is still the same line: an exponent or an index. */
const SHIFT_EM = 0.6;
/** A shadow that stands for bold is drawn so near its original. */
const SHADOW_EM = 0.12;
/** And it follows its original soon. */
const SAME_MAX = 32;

interface Open {
  readonly parts: Part[];
  x0: number;
  x1: number;
  readonly y: number;
  readonly size: number;
  rtl: boolean;
  longest: Piece;
  isUniform: boolean;
}

interface Part {
  readonly text: string;
  readonly x: number;
  readonly width: number;
  readonly rtl: boolean;
  /** A gap stands before it that may part two cells. */
  readonly loose: boolean;
  /** Its place in the order of drawing. */
  readonly order: number;
  /** A space stands between this part and the one drawn before it. */
  readonly spaced: boolean;
}

/** Joins the pieces that follow each other on one line, in the order in which the page draws them. */
export function segmentsOf(pieces: readonly Piece[]): Segment[] {
  const done: Open[] = [];
  const shadows = new Shadows();
  let open: Open | undefined;
  let blank = false;
  for (const piece of pieces) {
    if (piece.text.trim() === "") {
      blank ||= piece.width > SPACE_EM * piece.size;
      continue;
    }
    if (shadows.has(piece)) continue;
    const gap = open && gapTo(open, piece);
    if (open && gap !== undefined) {
      const size = Math.min(open.size, piece.size);
      const spaced = gap > (blank ? -OVERLAID_EM : SPACE_EM) * size;
      append(open, piece, spaced, gap > Math.max(LOOSE_GAP_EM * size, looseGapAfter(open)));
    } else {
      open = begin(piece);
      done.push(open);
    }
    blank = false;
  }
  return done.map(close).filter(({ text }) => text !== "");
}

/** The horizontal gap to a piece that continues the segment, else undefined. */
function gapTo(open: Open, piece: Piece): number | undefined {
  const size = Math.max(open.size, piece.size);
  if (Math.abs(piece.y - open.y) > SHIFT_EM * size) return undefined;
  const onRight = piece.x - open.x1;
  const onLeft = open.x0 - (piece.x + piece.width);
  const gap = (open.rtl || isRtl(piece.text)) && onLeft > onRight ? onLeft : onRight;
  return gap >= -OVERLAP_EM * size && gap <= CELL_GAP_EM * size ? gap : undefined;
}

function looseGapAfter({ parts }: Open): number {
  const { text = "", width = 0 } = parts.at(-1) ?? {};
  return (LOOSE_GAP_LETTERS * width) / (text.length || 1);
}

function begin(piece: Piece): Open {
  const rtl = isRtl(piece.text);
  const { x, y, width, size } = piece;
  const text = tidyPiece(piece.text);
  const parts = [{ text, x, width, rtl, order: 0, spaced: false, loose: false }];
  return { parts, x0: x, x1: x + width, y, size, rtl, longest: piece, isUniform: true };
}

function append(open: Open, piece: Piece, spaced: boolean, loose: boolean): void {
  const rtl = isRtl(piece.text);
  const order = open.parts.length;
  const { x, width } = piece;
  open.parts.push({ text: tidyPiece(piece.text), x, width, rtl, order, spaced, loose });
  open.x0 = Math.min(open.x0, piece.x);
  open.x1 = Math.max(open.x1, piece.x + piece.width);
  open.rtl ||= rtl;
  open.isUniform &&= piece.font === open.longest.font && piece.size === open.longest.size;
  if (piece.text.length > open.longest.text.length) open.longest = piece;
}

function close({ parts, x0, x1, y, size, rtl, longest, isUniform }: Open): Segment {
  const ordered = rtl ? logicalOrder(parts) : parts;
  const text = ordered.map((part, index) => spaceBefore(part, ordered[index - 1]) + part.text);
  const face = { font: longest.font, size: longest.size, isUniform };
  const segment = { text: tidyLine(composeAccents(text.join(""))), x0, x1, y, size, face };
  return !rtl && parts.some(({ loose }) => loose)
    ? { ...segment, loose: looseParts(segment, parts) }
    : segment;
}

function looseParts(whole: Segment, parts: readonly Part[]): Segment[] {
  const starts = parts.flatMap(({ loose }, at) => (at === 0 || loose ? at : []));
  return starts.map((start, index) => {
    const part = parts.slice(start, starts[index + 1]);
    const text = part.map((it, at) => (at > 0 && it.spaced ? " " : "") + it.text).join("");
    return {
      ...whole,
      text: tidyLine(composeAccents(text)),
      x0: Math.min(...part.map(({ x }) => x)),
      x1: Math.max(...part.map(({ x, width }) => x + width)),
    };
  });
}

/** Parts that were not drawn one after the other are words. */
function spaceBefore(part: Part, before: Part | undefined): string {
  if (!before) return "";
  const later = part.order > before.order ? part : before;
  return later.spaced || Math.abs(part.order - before.order) > 1 ? " " : "";
}

/** Right to left, but for runs of other scripts, which keep their own direction. */
function logicalOrder(parts: readonly Part[]): Part[] {
  const ordered: Part[] = [];
  let run: Part[] = [];
  for (const part of parts.toSorted((a, b) => b.x - a.x)) {
    if (!part.rtl) {
      run.unshift(part);
      continue;
    }
    ordered.push(...run, part);
    run = [];
  }
  return [...ordered, ...run];
}

/** Some programs draw text twice, a hair apart, for want of a bold font. */
class Shadows {
  readonly #seen = new Map<string, Piece[]>();

  has(piece: Piece): boolean {
    const same = this.#seen.get(piece.text);
    if (!same) {
      this.#seen.set(piece.text, [piece]);
      return false;
    }
    const near = SHADOW_EM * piece.size;
    if (same.some((p) => Math.abs(p.x - piece.x) < near && Math.abs(p.y - piece.y) < near))
      return true;
    same.push(piece);
    if (same.length > SAME_MAX) same.shift();
    return false;
  }
}
