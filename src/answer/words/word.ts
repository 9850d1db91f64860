import { queryTermsOf, termsOf } from "../../retrieval/terms/terms.ts";
import { isFunctionWord, isFunctionTerm } from "./function-words.ts";
import { languageOf } from "./language.ts";

/** One word as the terms that stand for it: any of them found is the word found. */
export type Word = readonly string[];

// Scripts without spaces: there each term is a word of its own.
const SPACELESS =
  /[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Mymr}\p{sc=Hang}]/u;
/** From the first letter to the last one; linear, also on a line of a million dots. */
const CORE = /[\p{L}\p{N}](?:.*[\p{L}\p{M}\p{N}+#])?/su;

const CAPITAL = /^\p{Lu}/u;

/** A page pasted as a question is read no further: the work grows with words times sentences. */
const INFORMATIVE_WORDS_MAX = 64;

// Tokens repeat, from sentence to sentence and from question to question. Cleared when full, and without
// long ones (sentences of a script without spaces), so memory is bounded.
const CACHED_TOKENS_MAX = 20_000;
const CACHED_LENGTH_MAX = 32;
const cache = new Map<string, readonly Word[]>();

/** The words of a passage in reading order. Pure. */
export function wordsOf(text: string): Word[] {
  return tokensOf(text).flatMap(wordsIn);
}

function wordsIn(token: string): readonly Word[] {
  const known = cache.get(token);
  if (known) return known;
  const words = spelt(token, termsOf(token));
  if (token.length > CACHED_LENGTH_MAX) return words;
  if (cache.size >= CACHED_TOKENS_MAX) cache.clear();
  cache.set(token, words);
  return words;
}

/**
 * The distinct words of a question, or of a claim, that carry its meaning: without those that any
 * sentence is made of, unless it has no others; the first 64. Pure.
 */
export function informativeWordsOf(text: string): Word[] {
  const language = languageOf(text);
  const tokens = tokensOf(text);
  const telling = tokens.filter((token) => !isFunctionWord(token, language));
  const words = telling.flatMap((token) => spelt(token, queryTermsOf(token)));
  const informative = words.filter((word) => !word.every(isFunctionTerm));
  const all = () => tokens.flatMap((token) => spelt(token, queryTermsOf(token)));
  return distinct(informative.length > 0 ? informative : all()).slice(0, INFORMATIVE_WORDS_MAX);
}

/** Those of the informative words that are spelt as names are: with a capital where the others have none. Pure. */
export function namesIn(question: string): Word[] {
  const language = languageOf(question);
  const tokens = tokensOf(question);
  const capitalised = tokens.slice(1).filter((token) => CAPITAL.test(token));
  // A headline, or a question in capitals alone, does not tell its names.
  if (capitalised.length * 2 > tokens.length) return [];
  const telling = capitalised.filter((token) => !isFunctionWord(token, language));
  return telling.flatMap((token) => spelt(token, queryTermsOf(token)));
}

function distinct(words: readonly Word[]): Word[] {
  return [...new Map(words.map((word) => [word.join(" "), word])).values()];
}

/** Whether a text with these terms has the word. */
export function isFound(word: Word, terms: ReadonlySet<string>): boolean {
  return word.some((term) => terms.has(term));
}

function tokensOf(text: string): string[] {
  return text.split(/\s+/u).flatMap((token) => CORE.exec(token)?.[0] ?? []);
}

function spelt(token: string, terms: readonly string[]): Word[] {
  if (terms.length === 0) return [];
  return SPACELESS.test(token) ? terms.map((term) => [term]) : [terms];
}
