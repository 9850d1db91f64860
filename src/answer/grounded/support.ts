import type { Source } from "../answerer.ts";
import { type Quote, quoteOf } from "../quote.ts";
import { weightsOf } from "../topic.ts";
import { type Name, isNamed, latinNamesIn, namesIn } from "../words/names.ts";
import { type ClaimedNumber, standsAmong } from "../words/numbers.ts";
import { type Word, isFound, wordsOf } from "../words/word.ts";
import type { Facts } from "./facts.ts";
import type { Passage } from "./passage.ts";

/** A further neighbouring sentence is quoted only when it carries this share more of the claim. */
const CARRIED_MORE_MIN = 0.2;
/** A stretch that carries this share of the claim needs no neighbours. */
const CARRIED_ENOUGH = 0.6;
/** It needs fewer words where it has the claim's numbers. */
const CARRIED_WITH_NUMBERS = 0.4;
/** Standing numbers are worth this share of all words, when the sentence is chosen that carries a claim best. */
const NUMBERS_WORTH = 0.5;
/** A claim of more words, of which its source has none, says something else about the same number. */
const OTHER_WORDS_MAX = 1;
const SENTENCES_MAX = 3;
/** So many of a claim's names must be known to what carries it: some are spelt out here and short there. */
const NAMES_SHARE_MIN = 0.5;

/** The stretch of a source that carries a claim, and the share of the claim's words found in it. */
export interface Support {
  readonly quote: Quote;
  readonly share: number;
}

/** Of a passage in another tongue: the sentences with the claim's numbers and names, or all. */
export function foreignQuote(facts: Facts, passage: Passage): Quote | undefined {
  const { source, sentences } = passage;
  if (sentences.length === 0 || wordsOf(facts.text).length === 0) return undefined;
  const names = latinNamesIn(facts.text);
  const isLatin = (tongue: string) => ["en", "vi", "foreign"].includes(tongue);
  // Of two languages in Latin letters each may spell a name in its own way.
  if (!isLatin(facts.tongue) && isLatin(passage.tongue) && !areKnown(names, passage))
    return undefined;
  const told = sentences.map(
    ({ terms }, index) =>
      countOf(facts.numbers, passage.numbers[index]) +
      names.filter((name) => isNamed(name, terms)).length,
  );
  const most = Math.max(...told);
  const best = told.indexOf(most);
  const window = most > 0 ? { first: best, last: best } : { first: 0, last: sentences.length - 1 };
  const whole = withNumbers(window, facts.numbers, passage);
  return whole && quoteBetween(source, sentences, whole);
}

/** Of a passage in the same tongue; nothing if it is about something else. */
export function supportOf({ text, words, numbers }: Facts, passage: Passage): Support | undefined {
  const { source, sentences, documentTerms } = passage;
  if (words.length + numbers.length === 0 || !areKnown(namesIn(text), passage)) return undefined;
  // A number alone is no more than a number, but a short claim may say the rest in other words.
  const isStrange = !words.some((word) => isFound(word, documentTerms));
  if (isStrange && (numbers.length === 0 || words.length > OTHER_WORDS_MAX)) return undefined;
  const weights = weightsOf(words, sentences);
  const share = (texts: readonly Terms[]) => shareOf(words, weights, texts);
  const told = sentences.map((_, index) => countOf(numbers, passage.numbers[index]));
  const worths = sentences.map(
    ({ terms }, index) =>
      share([terms]) + (NUMBERS_WORTH * (told[index] ?? 0)) / Math.max(1, numbers.length),
  );
  const best = worths.indexOf(Math.max(...worths));
  if ((worths[best] ?? 0) === 0) return undefined;
  const enough = (told[best] ?? 0) > 0 ? CARRIED_WITH_NUMBERS : CARRIED_ENOUGH;
  const whole = withNumbers(widened(best, sentences, share, enough), numbers, passage);
  if (!whole) return undefined;
  const terms = sentences.slice(whole.first, whole.last + 1).map((quote) => quote.terms);
  const quote = quoteBetween(source, sentences, whole);
  return { quote, share: words.length > 0 ? share([...terms, passage.aboutTerms]) : 1 };
}

/** Sentences of a passage, by their places. */
interface Window {
  readonly first: number;
  readonly last: number;
}

function quoteBetween(source: Source, sentences: readonly Quote[], { first, last }: Window): Quote {
  return quoteOf(source, sentences[first]?.start ?? 0, sentences[last]?.end ?? 0);
}

function areKnown(names: readonly Name[], { documentTerms }: Passage): boolean {
  const known = names.filter((name) => isNamed(name, documentTerms)).length;
  return known >= NAMES_SHARE_MIN * names.length;
}

function countOf(
  numbers: readonly ClaimedNumber[],
  given: ReadonlySet<number> = new Set(),
): number {
  return numbers.filter((number) => standsAmong(number, given)).length;
}

/** The window, made so wide that every number of the claim stands in it; nothing if one stands nowhere. */
function withNumbers(
  { first, last }: Window,
  claimed: readonly ClaimedNumber[],
  { numbers, aboutNumbers }: Passage,
): Window | undefined {
  let window = { first, last };
  for (const number of claimed.filter((each) => !standsAmong(each, aboutNumbers))) {
    const places = numbers.flatMap((given, index) => (standsAmong(number, given) ? [index] : []));
    const distance = (place: number) => Math.max(window.first - place, place - window.last, 0);
    const [nearest] = places.toSorted((a, b) => distance(a) - distance(b));
    if (nearest === undefined) return undefined;
    window = { first: Math.min(window.first, nearest), last: Math.max(window.last, nearest) };
  }
  return window;
}

type Terms = ReadonlySet<string>;

/** Widens the window around the best sentence while its neighbours carry enough of what it lacks. */
function widened(
  best: number,
  sentences: readonly Quote[],
  share: (terms: readonly Terms[]) => number,
  enough: number,
) {
  const shareBetween = (first: number, last: number) =>
    share(sentences.slice(first, last + 1).map(({ terms }) => terms));
  let window = { first: best, last: best, share: shareBetween(best, best) };
  while (window.share < enough && window.last - window.first + 1 < SENTENCES_MAX) {
    const { first, last } = window;
    const wider = [
      ...(first > 0 ? [{ first: first - 1, last, share: shareBetween(first - 1, last) }] : []),
      ...(last + 1 < sentences.length
        ? [{ first, last: last + 1, share: shareBetween(first, last + 1) }]
        : []),
    ].toSorted((a, b) => b.share - a.share)[0];
    if (!wider || wider.share - window.share < CARRIED_MORE_MIN) break;
    window = wider;
  }
  return window;
}

function shareOf(
  words: readonly Word[],
  weights: readonly number[],
  texts: readonly Terms[],
): number {
  return words.reduce((sum, word, index) => {
    return texts.some((terms) => isFound(word, terms)) ? sum + (weights[index] ?? 0) : sum;
  }, 0);
}
