import { ellipsisOf } from "./ellipsis.ts";
import { isFunctionTerm, isFunctionWord } from "../words/function-words.ts";
import { languageOf } from "../words/language.ts";
import type { Turn } from "../question.ts";

/** A question with more words of its own is complete, whatever else it looks like. */
const LEANING_WORDS_MAX = 3;
/** Words carried from one question to the next: a long conversation must not pile them up. */
const CARRIED_WORDS_MAX = 12;

const TOKEN = /[\p{L}\p{N}][\p{L}\p{M}\p{N}]*(?:[-'’./][\p{L}\p{M}\p{N}]+)*[+#]*/gu;
const SPACELESS = /[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}]/u;
const NUMBER = /\p{Nd}/u;
/** Nothing parts a number from what stands before it either: `公司2020年`. */
const NUMBER_OR_REST = /\p{Nd}[\p{Nd}.,]*[年月日号號季期%％]?|\P{Nd}+/gu;

/**
 * What a question means after those before it, without a model: an elliptic one fills its number, place or
 * name into the question before, or takes over the words that tell what that was about; a complete one stays
 * as it is. Pure.
 * @param history oldest first
 */
export function carryOver(asked: string, history: readonly Turn[]): string {
  const before = history.reduce<string | undefined>(
    (context, turn) => turn.resolved ?? resolve(turn.asked, context),
    undefined,
  );
  return resolve(asked, before);
}

function resolve(asked: string, before: string | undefined): string {
  if (before === undefined) return asked;
  const { rest, opens, pronounAt, asks, isPrepositional, wantsMore } = ellipsisOf(asked);
  const own = tellingWords(rest);
  if (wantsMore || own.length === 0) return withWords(asked, carried(before, asked));
  if (own.length > LEANING_WORDS_MAX) return asked;
  const stands = pronounAt >= 0 && tellingWords(asked.slice(0, pronounAt)).length < 2;
  if (stands || (opens && asks && own.length === 1))
    return withWords(asked, carried(before, asked));
  const isFragment = !asks && (opens || isPrepositional || own.every(isNumber));
  return isFragment ? filledIn(rest, before, own) : asked;
}

/** The question before with what is new in the place of what was of the same kind there. */
function filledIn(rest: string, before: string, own: readonly string[]): string {
  let filled = before;
  const left = own.filter((word) => {
    const replaced = isNumber(word) && withNumber(filled, word);
    if (replaced) filled = replaced;
    return !replaced;
  });
  const known = new Set(tokensOf(filled));
  const missing = left.filter((word) => !known.has(word));
  if (missing.length === 0) return filled;
  return withName(filled, rest, missing) ?? withWords(filled, missing);
}

function withNumber(text: string, number: string): string | undefined {
  const alike = tokensOf(text).filter(
    (token) => isNumber(token) && shapeOf(token) === shapeOf(number),
  );
  const [old] = alike;
  return old !== undefined && alike.length === 1 ? text.replace(old, () => number) : undefined;
}

/** "in Paris" takes the place of "in Berlin", and a name alone that of the only other name. */
function withName(text: string, rest: string, words: readonly string[]): string | undefined {
  const name = rest.slice(rest.indexOf(words[0] ?? ""));
  const [, preposition] = /^([\p{L}\p{M}]+)\s/u.exec(rest) ?? [];
  const phrase =
    preposition !== undefined && !words.includes(preposition) ? preposition : undefined;
  const names = namesIn(text);
  const fitting =
    phrase === undefined ? names : names.filter((each) => each.after === plainForm(phrase));
  const [old] = fitting;
  if (!old || fitting.length > 1 || (phrase === undefined && !/^\p{Lu}/u.test(name)))
    return undefined;
  return text.slice(0, old.start) + name + text.slice(old.end);
}

interface Name {
  readonly start: number;
  readonly end: number;
  /** The word before it. */
  readonly after: string;
}

/** Runs of capitalised words that do not begin the question. */
function namesIn(text: string): Name[] {
  const runs = text.matchAll(
    /([\p{L}\p{M}]+)\s+(?:the\s+)?(\p{Lu}[\p{L}\p{M}'’-]*(?:\s+\p{Lu}[\p{L}\p{M}'’-]*)*)/gu,
  );
  return [...runs].map(({ 0: whole, 1: word = "", 2: name = "", index }) => {
    const end = index + whole.length;
    return { start: end - name.length, end, after: plainForm(word) };
  });
}

/** "во" is "в", and "In" is "in". */
function plainForm(word: string): string {
  const lower = word.toLowerCase();
  return /^[вс]о$/u.test(lower) ? lower.slice(0, 1) : lower;
}

/** The words that tell what a question was about, but for numbers that the new one has of its own. */
function carried(before: string, asked: string): string[] {
  const shapes = new Set(tokensOf(asked).filter(isNumber).map(shapeOf));
  const known = new Set(tellingWords(asked).map((word) => word.toLowerCase()));
  const words = tellingWords(before)
    .filter((word) => !known.has(word.toLowerCase()))
    .filter((word) => !isNumber(word) || !shapes.has(shapeOf(word)));
  // A single character says little where there are whole words.
  const whole = words.filter((word) => word.length > 1);
  return (whole.length > 0 ? whole : words).slice(0, CARRIED_WORDS_MAX);
}

function withWords(question: string, words: readonly string[]): string {
  return words.length === 0 ? question : `${question.trim()} (${words.join(" ")})`;
}

/** The words that carry the meaning of a text, as they are spelt there, each once. */
function tellingWords(text: string): string[] {
  const language = languageOf(text);
  const words = tokensOf(text).filter(
    (token) => SPACELESS.test(token) || !isFunctionWord(token, language),
  );
  return [...new Map(words.map((word) => [word.toLowerCase(), word])).values()];
}

/** Words; of a script without spaces the stretches between its small words. */
function tokensOf(text: string): string[] {
  return (text.normalize("NFC").match(TOKEN) ?? []).flatMap((token) =>
    SPACELESS.test(token) ? stretchesOf(token) : [token],
  );
}

function stretchesOf(token: string): string[] {
  const stretches = [""];
  for (const character of token) {
    if (isFunctionTerm(character)) stretches.push("");
    else stretches.push((stretches.pop() ?? "") + character);
  }
  return stretches.flatMap((stretch) => stretch.match(NUMBER_OR_REST) ?? []);
}

function isNumber(word: string): boolean {
  return NUMBER.test(word);
}

/** 2021 is like 2020, 5% like 12%, Q1 like Q2: letters stay, four digits are a year, any other number is a number. */
function shapeOf(word: string): string {
  return word.toLowerCase().replace(/\p{Nd}+/gu, (digits) => (digits.length === 4 ? "year" : "n"));
}
