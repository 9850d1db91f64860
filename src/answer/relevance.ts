import type { Source } from "./answerer.ts";
import { type Expectation, expectationOf } from "./expectation.ts";
import { type Quote, quotesOf } from "./quote.ts";
import { type Word, informativeWordsOf, isFound, wordsOf } from "./word.ts";

/** How well one sentence of a source answers a question. */
export interface Candidate {
  readonly quote: Quote;
  /** For ranking: larger is better, comparable within one question only. */
  readonly relevance: number;
  /** Share of what the question is about that the sentence speaks of in its context, 0 to 1. */
  readonly coverage: number;
}

/** What a question is about: its informative words, each with its weight; the weights sum to 1. */
interface Topic {
  readonly words: readonly Word[];
  readonly weights: readonly number[];
  /** Mean length of the sentences in question, in words. */
  readonly meanLength: number;
  readonly expectation: Expectation;
}

/** What surrounds a sentence. Its subject is often named there, and only "it" in the sentence itself. */
interface Surroundings {
  readonly before: Quote | undefined;
  readonly after: Quote | undefined;
  readonly title: ReadonlySet<string>;
  /** The source's score as a share of the best source's, 0 to 1. */
  readonly rank: number;
}

// Shares of the score; tuned on English, Vietnamese, Russian and Chinese questions together. Each curve
// is flat around its value: none of them is worth more than three points in a hundred by itself.
const BEFORE_SHARE = 0.35;
const AFTER_SHARE = 0.2;
const TITLE_SHARE = 0.4;
const NEIGHBOURS_SHARE = 0.15;
const RANK_SHARE = 0.5;
const EXPECTATION_SHARE = 0.3;
/** A question or a colon is answered by what comes after it: what it says counts almost in full. */
const ANNOUNCED_SHARE = 0.9;
/** Such a sentence by itself, and one of a few words (a heading), seldom answers. */
const ANNOUNCING_FACTOR = 0.4;
const SHORT_FACTOR = 0.6;
const SHORT_WORDS_MAX = 3;
/** How much a sentence twice the mean length loses. */
const LENGTH_PENALTY = 0.06;
/** What the surroundings add to coverage: less than the sentence's own words. */
const CONTEXT_COVERAGE = 0.7;
/**
 * Frequencies are taken as if among so many sentences: in a document about rents, "rent" is in every
 * sentence, and a question about the rent is still one that the document answers.
 */
const BACKGROUND_SENTENCES = 1_000;
/** A word of every sentence still weighs something. */
const WEIGHT_MIN = 0.2;

/** Every sentence of the sources, in the sources' order, with how well it answers. Pure. */
export function candidatesOf(question: string, sources: readonly Source[]): Candidate[] {
  const quotes = sources.map(quotesOf);
  const topic = topicOf(question, quotes.flat());
  const bestScore = Math.max(...sources.map(({ score }) => score));
  return sources.flatMap((source, index) => {
    const title = new Set(wordsOf(source.documentTitle).flat());
    const rank = bestScore > 0 ? Math.max(0, source.score / bestScore) : 1;
    return (quotes[index] ?? []).map((quote, place, all) =>
      candidateOf(quote, topic, { before: all[place - 1], after: all[place + 1], title, rank }),
    );
  });
}

function topicOf(question: string, quotes: readonly Quote[]): Topic {
  const words = informativeWordsOf(question);
  const length = quotes.reduce((sum, quote) => sum + quote.words.length, 0);
  return {
    words,
    weights: weightsOf(words, quotes, Math.max(quotes.length, BACKGROUND_SENTENCES)),
    meanLength: length / Math.max(1, quotes.length),
    expectation: expectationOf(question),
  };
}

/**
 * Rare words tell more: inverse frequency among the given sentences, scaled to sum to 1.
 * @param sentenceCount of how many sentences these are thought to be all that have the words
 */
export function weightsOf(
  words: readonly Word[],
  quotes: readonly Quote[],
  sentenceCount = quotes.length,
): number[] {
  const raw = words.map((word) => {
    const frequency = quotes.filter(({ terms }) => isFound(word, terms)).length;
    return WEIGHT_MIN + Math.log(1 + (sentenceCount - frequency + 0.5) / (frequency + 0.5));
  });
  const total = raw.reduce((sum, weight) => sum + weight, 0);
  return raw.map((weight) => weight / total);
}

function candidateOf(
  quote: Quote,
  topic: Topic,
  { before, after, title, rank }: Surroundings,
): Candidate {
  const own = topic.words.map((word) => isFound(word, quote.terms));
  const near = topic.words.map(
    (word, index) => !own[index] && before !== undefined && isFound(word, before.terms),
  );
  const far = topic.words.map((word, index) => !own[index] && !near[index] && isFound(word, title));
  const next = topic.words.map(
    (word, index) =>
      !own[index] && !near[index] && after !== undefined && isFound(word, after.terms),
  );
  const share = (marks: readonly boolean[]) =>
    topic.weights.reduce((sum, weight, index) => sum + (marks[index] ? weight : 0), 0);
  const sum =
    share(own) +
    (before && announces(before.text) ? ANNOUNCED_SHARE : BEFORE_SHARE) * share(near) +
    TITLE_SHARE * share(far) +
    AFTER_SHARE * share(next) +
    NEIGHBOURS_SHARE * neighboursShare(topic.words, quote) +
    RANK_SHARE * rank +
    EXPECTATION_SHARE * topic.expectation(quote.text);
  return {
    quote,
    relevance: sum * formFactor(quote, topic.meanLength),
    coverage: share(own) + CONTEXT_COVERAGE * (share(near) + share(far)),
  };
}

function announces(text: string): boolean {
  return /[?？:：]["”»]?$/u.test(text);
}

function formFactor({ text, words }: Quote, meanLength: number): number {
  const excess = Math.max(0, words.length / Math.max(1, meanLength) - 1);
  const short = words.length <= SHORT_WORDS_MAX ? SHORT_FACTOR : 1;
  return ((announces(text) ? ANNOUNCING_FACTOR : 1) * short) / (1 + LENGTH_PENALTY * excess);
}

/** Share of the question's neighbouring words that stand together in the sentence too. */
function neighboursShare(words: readonly Word[], quote: Quote): number {
  const pairs = words.slice(1).map((word, index) => [words[index] ?? [], word] as const);
  return (
    pairs.filter(([first, second]) => standTogether(first, second, quote)).length /
    Math.max(1, pairs.length)
  );
}

function standTogether(first: Word, second: Word, { words, terms }: Quote): boolean {
  if (!isFound(first, terms) || !isFound(second, terms)) return false;
  return words.some((word, index) => {
    const following = [...(words[index + 1] ?? []), ...(words[index + 2] ?? [])];
    return (
      first.some((term) => word.includes(term)) && second.some((term) => following.includes(term))
    );
  });
}
