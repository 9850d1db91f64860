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

/** A block of code between its fences, which are lines of their own. */
const CODE_BLOCK = /^(?<opening>(?<fence>```|~~~)[^\n]*\n)(?<code>[^]*?)\n\k<fence>[^\S\n]*$/gmu;
/** A longer block answers line by line; in UTF-16 units. */
const CODE_LENGTH_MAX = 800;

/** The sentences of a source, in reading order; a block of code is one, without its fences. */
export function quotesOf(source: Source): Quote[] {
  const quotes: Quote[] = [];
  let from = 0;
  const addSentences = (to: number) => {
    const sentences = sentencesOf(source.text.slice(from, to));
    for (const { start, end } of sentences) quotes.push(quoteOf(source, from + start, from + end));
  };
  for (const { 0: block, groups, index } of source.text.matchAll(CODE_BLOCK)) {
    const { opening = "", code = "" } = groups ?? {};
    if (code.trim() === "" || code.length > CODE_LENGTH_MAX) continue;
    addSentences(index);
    const start = index + opening.length;
    quotes.push(quoteOf(source, start, start + code.length));
    from = index + block.length;
  }
  addSentences(source.text.length);
  return quotes;
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

/** A line of a record: "owners.mail: olga@example.com". */
const FIELD = /\n[\p{L}_][\p{L}\p{M}\p{N}_.-]{0,60}:[^\S\n]+\S/u;
/** Lines that are set in, and the marks of a program: there every break means something. */
const SET_IN = /\n(?: {2,}|\t)\S/u;
const MARK_OF_CODE = /[(){}=;]/u;

/**
 * A quote without the line breaks of the page it stood on; between characters that take no space, none is left. Code
 * and records stay as they are.
 */
export function unwrapped(text: string): string {
  if (FIELD.test(text) || (SET_IN.test(text) && MARK_OF_CODE.test(text))) return text;
  return text
    .replace(
      /(?<=[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}，。、；：])\s*\n\s*(?=[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}])/gu,
      "",
    )
    .replace(/\s+/gu, " ");
}
