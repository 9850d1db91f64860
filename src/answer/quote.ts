import { sentencesOf } from "../retrieval/segmentation/sentences.ts";
import type { Source } from "./answerer.ts";
import { type Citation, citationAt } from "./citation.ts";
import { type Word, wordsOf } from "./words/word.ts";

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
export function citationOf({ source, start, end }: Quote): Citation {
  return citationAt(source, start, end);
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
