import { withoutDiacritics } from "../../retrieval/terms/fold.ts";
import { SPACELESS } from "../../retrieval/terms/spaceless.ts";
import {
  isFunctionWord as isForeignFunctionWord,
  languagesOfQuestion,
} from "../../retrieval/terms/latin-language.ts";
import { queryTermsOf, termsOf } from "../../retrieval/terms/terms.ts";
import { isFunctionWord, isFunctionTerm } from "./function-words.ts";
import { type Language, languageOf } from "./language.ts";

/** One word as the terms that stand for it: any of them found is the word found. */
export type Word = readonly string[];

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

/** Letters that only Vietnamese has; there diacritics make another word, and most words are two syllables. */
const VIETNAMESE = /[ơưảẻỉỏủỷạẹịọụỵĩũỹấầẩẫậắằẳẵặếềểễệốồổỗộớờởỡợứừửữự]/u;

/**
 * The words of a passage in reading order. A syllable of Vietnamese stands for its spelling, for its plain
 * form, and for the pair that it is with the one before. Pure.
 */
export function wordsOf(text: string): Word[] {
  if (!isMarkedVietnamese(text)) return tokensOf(text).flatMap((token) => wordsIn(token));
  const words = tokensOf(text).flatMap((token) => wordsIn(token, "Vietnamese"));
  return words.map((word, index) => {
    const before = words[index - 1];
    return before ? [...word, pairOf(before, word)] : word;
  });
}

function wordsIn(token: string, language?: "Vietnamese"): readonly Word[] {
  const key = language ? `~${token}` : token;
  const known = cache.get(key);
  if (known) return known;
  const spellings = spelt(token, termsOf(token));
  const words = language ? spellings.map(withPlain) : spellings;
  if (token.length > CACHED_LENGTH_MAX) return words;
  if (cache.size >= CACHED_TOKENS_MAX) cache.clear();
  cache.set(key, words);
  return words;
}

/**
 * The distinct words of a question, or of a claim, that carry its meaning: without those that any
 * sentence is made of, unless it has no others; the first 64. Pure.
 */
export function informativeWordsOf(text: string): Word[] {
  const tokens = tokensOf(text);
  const telling = tellingAmong(tokens, languageOf(text));
  const isMarked = isMarkedVietnamese(text);
  const words = telling.flatMap((token) => askedWords(token, isMarked)).flatMap(partsOfCode);
  const informative = words.filter((word) => !word.every(isFunctionTerm));
  const all = () => tokens.flatMap((token) => askedWords(token, isMarked));
  return distinct(informative.length > 0 ? informative : all()).slice(0, INFORMATIVE_WORDS_MAX);
}

/** Without the words that any sentence is made of, in the languages that the engine finds by their stems too. */
function tellingAmong(tokens: readonly string[], language: Language): string[] {
  const telling = tokens.filter((token) => !isFunctionWord(token, language));
  const foreign = language === "en" ? foreignLanguageOf(tokens) : undefined;
  if (!foreign) return telling;
  return telling.filter((token) => !isForeignFunctionWord(plainFormOf(token), foreign));
}

/** German, French or another language in Latin letters, if a question is in it for sure. */
function foreignLanguageOf(tokens: readonly string[]) {
  return languagesOfQuestion(tokens.map(plainFormOf)).sure;
}

function plainFormOf(token: string): string {
  return withoutDiacritics(token.toLowerCase());
}

/** Those of the informative words that are spelt as names are: with a capital where the others have none. Pure. */
export function namesIn(question: string): Word[] {
  const language = languageOf(question);
  const tokens = tokensOf(question);
  // Every noun of German has a capital.
  if (language === "en" && foreignLanguageOf(tokens) === "german") return [];
  const capitalised = tokens.slice(1).filter((token) => CAPITAL.test(token));
  // A headline, or a question in capitals alone, does not tell its names.
  if (capitalised.length * 2 > tokens.length) return [];
  const telling = capitalised.filter((token) => !isFunctionWord(token, language));
  const isMarked = isMarkedVietnamese(question);
  return telling.flatMap((token) => askedWords(token, isMarked));
}

/**
 * Of each word of a Vietnamese question, the pairs that it makes with its neighbours, by the word's terms
 * joined: "thú" of "sở thú" is found for certain only beside "sở". Nothing in other languages. Pure.
 */
export function pairsIn(question: string): ReadonlyMap<string, Word> {
  const pairs = new Map<string, Word>();
  const language = languageOf(question);
  if (language !== "vi") return pairs;
  const isMarked = isMarkedVietnamese(question);
  let before: Word | undefined;
  const add = (word: Word, pair: string) => {
    const key = word.join(" ");
    pairs.set(key, [...(pairs.get(key) ?? []), pair]);
  };
  for (const token of tokensOf(question)) {
    const isTelling = !isFunctionWord(token, language);
    for (const word of isTelling ? askedWords(token, isMarked) : []) {
      if (before) {
        const pair = pairOf(withPlain(before), withPlain(word));
        add(before, pair);
        add(word, pair);
      }
      before = word;
    }
    if (!isTelling) before = undefined;
  }
  return pairs;
}

function askedWords(token: string, isMarked: boolean): Word[] {
  const words = spelt(token, queryTermsOf(token));
  return isMarked ? words.map(asSpelt) : words;
}

function isMarkedVietnamese(text: string): boolean {
  return VIETNAMESE.test(text.normalize("NFC").toLowerCase());
}

/** Without the terms that stand for other spellings: "hóa" is not "hoa". */
function asSpelt(word: Word): Word {
  const spellings = word.filter((term) => !term.startsWith("~"));
  const marked = spellings.filter((term) => withoutDiacritics(term) !== term);
  return marked.length > 0 ? marked : spellings;
}

/** The plain form stands last. */
function withPlain(word: Word): Word {
  const spellings = asSpelt(word);
  return [...spellings, `~${withoutDiacritics(spellings[0] ?? "")}`];
}

/** The term of two neighbours, out of their plain forms. */
function pairOf(before: Word, word: Word): string {
  return `${before.at(-1)}_${word.at(-1)?.slice(1)}`;
}

/** Of letters and digits: `E-1042` is neither another code that begins alike nor another with this number. */
const CODE = /^(?=.*\p{L}).*\p{N}/u;

/** A code as a whole and as its letters and its numbers, each a word: one of them found is not the code found. */
function partsOfCode(word: Word): readonly Word[] {
  const [whole = ""] = word;
  if (!CODE.test(whole)) return [word];
  const spoken = word.filter((term) => /^[\p{L}\p{N}]/u.test(term));
  const parts = spoken.filter((term) => !spoken.some((other) => isPartOf(other, term)));
  return parts.length > 1 ? [whole, ...parts].map((part) => [part]) : [word];
}

function isPartOf(term: string, whole: string): boolean {
  return term !== whole && whole.includes(term);
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
  // Without spaces between them each term is a word of its own.
  return SPACELESS.test(token) ? terms.map((term) => [term]) : [terms];
}
