import type { ParsedDocument } from "../../parsing/parsed.ts";
import { HeadingPath, pathOf } from "./headings.ts";
import { isHeading, isTitleLine } from "./lines.ts";
import type { Segment } from "../segment.ts";
import { isWhite, type Span, sentencesOf, trimmed } from "./sentences.ts";
import { cellsIn, hasColumnNames } from "./table.ts";
import { fittingEnd, tokensIn } from "./tokens.ts";

/** What a segment should hold at most, in approximate tokens: enough for a thought, few enough to point at it. */
const SEGMENT_TOKENS_GOAL = 300;
/** What a segment may hold at most, in approximate tokens: a paragraph of it is whole, a longer sentence is cut. */
const SEGMENT_TOKENS_MAX = 450;
/** What is shorter goes with what follows, be it a new section, in approximate tokens. */
const SEGMENT_TOKENS_MIN = 120;
/** Rows that are looked at to tell whether the first one names the columns. */
const TABLE_ROWS_SEEN = 8;
/** The names of many columns are cut, in UTF-16 units. */
const COLUMN_NAMES_LENGTH_MAX = 200;
/** How much of a row is looked at, in UTF-16 units: lines may be of any length. */
const ROW_LENGTH_MAX = 2_000;

/** What is kept together: a paragraph, a table or a list that fits, else one sentence or row of it. */
interface Piece extends Span {
  readonly tokens: number;
  readonly isHeading: boolean;
  /** The names of its columns, where it goes on with a table that began before. */
  readonly columns?: string;
}

/**
 * Cuts a document into passages of about 300 tokens along its headings, paragraphs and sentences.
 * Pure, in linear time. A segment lies within one page, has no white space at its ends and never
 * splits a character; together they cover everything but white space, once.
 */
export function* segmentsOf({
  text,
  pages,
}: Pick<ParsedDocument, "text" | "pages">): Generator<Segment> {
  let segmentIndex = 0;
  const path = new HeadingPath();
  for (const { pageIdx, start, end } of pages) {
    for (const pieces of packed(piecesOf(text, { start, end }))) {
      const span = spanOf(pieces);
      const headings = headingsOf(pieces, text, path);
      yield {
        segmentIndex: segmentIndex++,
        pageIdx,
        ...span,
        text: text.slice(span.start, span.end),
        headings,
      };
    }
  }
}

/** The path to the first piece, without itself but with the names of its columns; goes on to the last one. */
function headingsOf(pieces: readonly Piece[], text: string, path: HeadingPath): string {
  let headings: string | undefined;
  for (const { start, end, isHeading: heading, columns } of pieces) {
    const above = heading ? path.enter(text.slice(start, end)) : path.pass();
    headings ??= pathOf([above, columns ?? ""]);
  }
  return headings ?? "";
}

/** Joins pieces to segments: greedily, but a heading goes with what follows it. */
function* packed(pieces: Iterable<Piece>): Generator<readonly Piece[]> {
  let open: Piece[] = [];
  let tokens = 0;
  for (const piece of pieces) {
    if (open.length > 0 && startsSegment(piece, tokens, open)) {
      const headings = trailingHeadings(open, piece);
      yield open.slice(0, open.length - headings.length);
      open = headings;
      tokens = sumOf(open);
    }
    open.push(piece);
    tokens += piece.tokens;
  }
  if (open.length > 0) yield open;
}

function startsSegment(piece: Piece, tokens: number, open: readonly Piece[]): boolean {
  if (tokens + piece.tokens > SEGMENT_TOKENS_MAX) return true;
  if (open.every((each) => each.isHeading)) return false;
  if (tokens < SEGMENT_TOKENS_MIN) return false;
  return piece.isHeading || tokens + piece.tokens > SEGMENT_TOKENS_GOAL;
}

/** The headings at the end, to be moved on with the piece they head; none if nothing would be left. */
function trailingHeadings(open: readonly Piece[], next: Piece): Piece[] {
  const headings = open.slice(open.findLastIndex((each) => !each.isHeading) + 1);
  const fits = sumOf(headings) + next.tokens <= SEGMENT_TOKENS_MAX;
  return fits && headings.length < open.length ? headings : [];
}

function spanOf(pieces: readonly Piece[]): Span {
  return { start: pieces[0]?.start ?? 0, end: pieces.at(-1)?.end ?? 0 };
}

function sumOf(pieces: readonly Piece[]): number {
  return pieces.reduce((sum, { tokens }) => sum + tokens, 0);
}

/** The pieces of a page; each counts the white space before it, so that no amount of it goes unbounded. */
function* piecesOf(text: string, page: Span): Generator<Piece> {
  let end = page.start;
  for (const piece of fittingPieces(text, page)) {
    yield { ...piece, tokens: tokensIn(text, end, piece.end) };
    end = piece.end;
  }
}

function* fittingPieces(text: string, page: Span): Generator<Piece> {
  for (const block of blocksOf(text, page)) {
    if (block.tokens <= SEGMENT_TOKENS_MAX) yield block;
    else yield* underColumns(partsOf(text, block), columnsOf(text, block));
  }
}

/** What a long table goes on with is read under the names of its columns, as its beginning is. */
function* underColumns(parts: Iterable<Piece>, columns: string | undefined): Generator<Piece> {
  let isFirst = true;
  for (const part of parts) {
    yield isFirst || columns === undefined ? part : { ...part, columns };
    isFirst = false;
  }
}

/** The names of a block's columns, where it is a table that begins with them. */
function columnsOf(text: string, block: Span): string | undefined {
  const rows: string[] = [];
  for (const line of linesOf(text, block)) {
    const row = text.slice(line.start, Math.min(line.end, line.start + ROW_LENGTH_MAX)).trim();
    if (rows.length === TABLE_ROWS_SEEN || cellsIn(row) !== cellsIn(rows[0] ?? row)) break;
    rows.push(row);
  }
  const [names = ""] = rows;
  if (cellsIn(names) === 1 || !hasColumnNames(rows)) return undefined;
  const words = names
    .replace(/^\||\|$/g, "")
    .replace(/\s+/gu, " ")
    .trim();
  return words.slice(0, COLUMN_NAMES_LENGTH_MAX).toWellFormed();
}

/** A long block in parts of about the same size, cut between sentences as near to that size as these allow. */
function* partsOf(text: string, block: Piece): Generator<Piece> {
  const goal = block.tokens / Math.ceil(block.tokens / SEGMENT_TOKENS_GOAL);
  let open: Piece | undefined;
  for (const piece of fittingSentences(text, block)) {
    const joined = open && {
      ...open,
      end: piece.end,
      tokens: tokensIn(text, open.start, piece.end),
    };
    const isNearer =
      joined &&
      joined.tokens <= SEGMENT_TOKENS_MAX &&
      joined.tokens - goal <= goal - (open?.tokens ?? 0);
    if (open && !isNearer) yield open;
    open = isNearer ? joined : piece;
  }
  if (open) yield open;
}

function* fittingSentences(text: string, block: Span): Generator<Piece> {
  for (const sentence of sentencesIn(text, block)) yield* cut(text, sentence);
}

/** The paragraphs, tables and lists of a page: what blank lines and headings divide. */
function* blocksOf(text: string, page: Span): Generator<Piece> {
  let start = page.start;
  for (const line of linesOf(text, page)) {
    const heading = isHeading(text.slice(line.start, line.end));
    if (!heading && !isBlank(text, line)) continue;
    yield* blockOf(text, start, line.start);
    if (heading) yield* pieceOf(text, line.start, line.end, true);
    start = heading ? line.end : line.start;
  }
  yield* blockOf(text, start, page.end);
}

/** A block of one line may be a heading without a mark of its own. */
function* blockOf(text: string, from: number, to: number): Generator<Piece> {
  for (const piece of pieceOf(text, from, to, false))
    yield { ...piece, isHeading: isTitleLine(text.slice(piece.start, piece.end)) };
}

function* linesOf(text: string, { start, end }: Span): Generator<Span> {
  for (let from = start; from < end;) {
    const newline = text.indexOf("\n", from);
    const to = newline < 0 || newline >= end ? end : newline + 1;
    yield { start: from, end: to };
    from = to;
  }
}

function isBlank(text: string, line: Span): boolean {
  for (let index = line.start; index < line.end; index++) {
    if (!isWhite(text.charCodeAt(index))) return false;
  }
  return true;
}

function* pieceOf(text: string, from: number, to: number, heading: boolean): Generator<Piece> {
  const { start, end } = trimmed(text, from, to);
  if (start < end) yield { start, end, tokens: tokensIn(text, start, end), isHeading: heading };
}

function* sentencesIn(text: string, block: Span): Generator<Span> {
  for (const { start, end } of sentencesOf(text.slice(block.start, block.end))) {
    yield { start: block.start + start, end: block.start + end };
  }
}

/** A sentence as it is, or in parts if it alone is too long for a segment. */
function* cut(text: string, sentence: Span): Generator<Piece> {
  for (let start = sentence.start; start < sentence.end;) {
    const end = fittingEnd(text, start, sentence.end, SEGMENT_TOKENS_MAX);
    yield* pieceOf(text, start, end, false);
    start = end;
  }
}
