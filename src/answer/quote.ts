import { sentencesOf } from "../retrieval/sentences.ts";
import type { Source } from "./answerer.ts";
import type { Citation } from "./citation.ts";
import { type Word, wordsOf } from "./word.ts";

/** A stretch of a source that may be quoted; `start` and `end` count from the start of `source.text`. */
export interface Quote {
  readonly source: Source;
  readonly start: number;
  readonly end: number;
  readonly text: string;
  readonly words: readonly Word[];
  /** Every term of every word. */
  readonly terms: ReadonlySet<string>;
}

/** Longest preview of a quoted source, in UTF-16 units. */
const PREVIEW_LENGTH_MAX = 200;

/** The sentences of a source, in reading order. */
export function quotesOf(source: Source): Quote[] {
  return sentencesOf(source.text).map(({ start, end }) => quoteOf(source, start, end));
}

/** A part of a source as a quote; the offsets count from the start of `source.text`. */
export function quoteOf(source: Source, start: number, end: number): Quote {
  const text = source.text.slice(start, end);
  const words = wordsOf(text);
  return { source, start, end, text, words, terms: new Set(words.flat()) };
}

/** The citation of a quote: `start` and `end` count from the start of the document's raw text. */
export function citationOf({ source, start, end, text }: Quote): Citation {
  return {
    document_id: source.documentId,
    document_title: source.documentTitle,
    segment_index: source.segmentIndex,
    page_idx: source.pageIdx,
    start: source.start + start,
    end: source.start + end,
    snippet_preview: previewOf(text),
  };
}

/** The beginning of a text, at most 200 UTF-16 units, never half of a surrogate pair. */
function previewOf(text: string): string {
  if (text.length <= PREVIEW_LENGTH_MAX) return text;
  const lastUnit = text.charCodeAt(PREVIEW_LENGTH_MAX - 1);
  const cutsPair = lastUnit >= 0xd800 && lastUnit <= 0xdbff;
  return text.slice(0, cutsPair ? PREVIEW_LENGTH_MAX - 1 : PREVIEW_LENGTH_MAX);
}

/** A quote without the line breaks of the page it stood on; between characters that take no space, none is left. */
export function unwrapped(text: string): string {
  return text
    .replace(
      /(?<=[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}，。、；：])\s*\n\s*(?=[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}])/gu,
      "",
    )
    .replace(/\s+/gu, " ");
}
