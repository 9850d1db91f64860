import { termsOf } from "../../retrieval/terms/terms.ts";
import type { Source } from "../answerer.ts";
import type { Claim } from "./claim.ts";
import { type Language, languageOf } from "../words/language.ts";
import { type Name, isForeign, isNamed, latinNamesIn, namesIn } from "../words/names.ts";
import { type ClaimedNumber, claimedNumbers, givenNumbers, standsAmong } from "../words/numbers.ts";
import { type Quote, quoteOf, quotesOf } from "../quote.ts";
import { weightsOf } from "../topic.ts";
import { type Word, informativeWordsOf, isFound, wordsOf } from "../words/word.ts";

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
/** A sentence without any marker is given one when a source carries this share of it. */
const UNMARKED_SHARE_MIN = 0.6;
/** A heading, what a list follows, or the head of a table with the rule below it is no claim. */
const ANNOUNCES = /^#|[:：]$|\n[\s|:-]+$/u;
const UNMARKED_FACTS_MIN = 2;
/**
 * What carries less of a claim's words is about something else, unless it has the claim's numbers. On questions with
 * their answers, made claims, over English, Vietnamese, Russian and Chinese passages: 97 of 100 keep their citation,
 * as without the bound; of those that cite the passage next to the right one 14 instead of 35 keep it, and of those
 * that cite any other 2 instead of 10. Above 0.2 the right ones go too.
 */
const CARRIED_MIN = 0.15;
/** So many of a claim's names must be known to what carries it: some are spelt out here and short there. */
const NAMES_SHARE_MIN = 0.5;

/** A source that was given to the model, made ready once for all claims. */
interface Passage {
  readonly source: Source;
  readonly sentences: readonly Quote[];
  /** Of each sentence. */
  readonly numbers: readonly ReadonlySet<number>[];
  /** What is said of all of it: its title, its headings, its page. */
  readonly aboutNumbers: ReadonlySet<number>;
  readonly aboutTerms: ReadonlySet<string>;
  /** Of all that was given of its document: a name is said once, and "she" from then on. */
  readonly documentTerms: ReadonlySet<string>;
  readonly tongue: string;
}

/** Source `[n]` of the prompt is `passagesOf(given)[n - 1]`. */
export function passagesOf(given: readonly Source[]): Passage[] {
  const termsOfDocument = new Map<string, Set<string>>();
  for (const { documentId, documentTitle, headings = "", text } of given) {
    const terms = termsOfDocument.get(documentId) ?? new Set();
    for (const term of termsOf(`${documentTitle}\n${headings}\n${text}`)) terms.add(term);
    termsOfDocument.set(documentId, terms);
  }
  return given.map((source) => {
    const sentences = quotesOf(source);
    const about = `${source.documentTitle}\n${source.headings ?? ""}`;
    return {
      source,
      sentences,
      numbers: sentences.map(({ text }) => givenNumbers(text)),
      aboutNumbers: givenNumbers(`${about}\n${source.pageIdx + 1}`),
      aboutTerms: new Set(termsOf(about)),
      documentTerms: termsOfDocument.get(source.documentId) ?? new Set(),
      tongue: tongueOf(source.text),
    };
  });
}

/** What of a claim can be looked for. */
interface Facts {
  readonly text: string;
  /** But for numbers, which are written in many ways. */
  readonly words: readonly Word[];
  readonly numbers: readonly ClaimedNumber[];
  readonly tongue: string;
}

function factsOf({ text }: Claim): Facts {
  return {
    text,
    words: informativeWordsOf(text).filter((word) => !word.every((term) => /^\d/.test(term))),
    numbers: claimedNumbers(text),
    tongue: tongueOf(text),
  };
}

/** Texts of one tongue can be compared word by word. */
function tongueOf(text: string): Language | "foreign" {
  return isForeign(text) ? "foreign" : languageOf(text);
}

/** The stretch of a source that carries a claim, and the share of the claim's words found in it. */
interface Support {
  readonly quote: Quote;
  readonly share: number;
}

/**
 * What stands behind a claim, in the order of its markers. The given sources that it names must together have
 * all its numbers and know its names; each of them counts that shares an informative word with it, and the
 * quote is narrowed to the sentences that carry the claim best. Words of two languages cannot be compared:
 * there numbers and names decide, and where there are none, the whole source is quoted.
 */
export function quotesFor(claim: Claim, passages: readonly Passage[]): Quote[] {
  const facts = factsOf(claim);
  const named = claim.markers.flatMap((number) => passages[number - 1] ?? []);
  if (!facts.numbers.every((number) => named.some((passage) => hasNumber(passage, number))))
    return [];
  const quotes = named.map((passage) => quoteIn(passage, facts));
  return quotes.filter((quote) => quote !== undefined);
}

/** @param facts of which each number stands in one of the sources that the claim names, if not in this */
function quoteIn(passage: Passage, facts: Facts): Quote | undefined {
  const numbers = facts.numbers.filter((number) => hasNumber(passage, number));
  const isBeside = facts.numbers.length > 0 && numbers.length === 0;
  const own = { ...facts, numbers };
  if (facts.tongue !== passage.tongue) return isBeside ? undefined : foreignQuote(own, passage);
  const support = supportOf(own, passage);
  return support && support.share > (numbers.length > 0 ? 0 : CARRIED_MIN)
    ? support.quote
    : undefined;
}

function hasNumber({ numbers, aboutNumbers }: Passage, number: ClaimedNumber): boolean {
  return standsAmong(number, aboutNumbers) || numbers.some((given) => standsAmong(number, given));
}

/** The one source that carries an unmarked claim best, if it does so well: models forget their markers. */
export function quotesForUnmarked(claim: Claim, passages: readonly Passage[]): Quote[] {
  const facts = factsOf(claim);
  if (facts.words.length + facts.numbers.length < UNMARKED_FACTS_MIN || ANNOUNCES.test(claim.text))
    return [];
  let best: Support | undefined;
  for (const passage of passages) {
    const isWhole = facts.numbers.every((number) => hasNumber(passage, number));
    if (facts.tongue !== passage.tongue || !isWhole) continue;
    const support = supportOf(facts, passage);
    if (support && support.share > (best?.share ?? UNMARKED_SHARE_MIN)) best = support;
  }
  return best ? [best.quote] : [];
}

function foreignQuote(facts: Facts, passage: Passage): Quote | undefined {
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

function supportOf({ text, words, numbers }: Facts, passage: Passage): Support | undefined {
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

interface Stretch {
  readonly first: number;
  readonly last: number;
}

function quoteBetween(
  source: Source,
  sentences: readonly Quote[],
  { first, last }: Stretch,
): Quote {
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

/** The stretch, made so long that every number of the claim stands in it; nothing if one stands nowhere. */
function withNumbers(
  { first, last }: Stretch,
  claimed: readonly ClaimedNumber[],
  { numbers, aboutNumbers }: Passage,
): Stretch | undefined {
  let stretch = { first, last };
  for (const number of claimed.filter((each) => !standsAmong(each, aboutNumbers))) {
    const places = numbers.flatMap((given, index) => (standsAmong(number, given) ? [index] : []));
    const distance = (place: number) => Math.max(stretch.first - place, place - stretch.last, 0);
    const [nearest] = places.toSorted((a, b) => distance(a) - distance(b));
    if (nearest === undefined) return undefined;
    stretch = { first: Math.min(stretch.first, nearest), last: Math.max(stretch.last, nearest) };
  }
  return stretch;
}

type Terms = ReadonlySet<string>;

/** Grows the stretch around the best sentence while its neighbours carry enough of what it lacks. */
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
