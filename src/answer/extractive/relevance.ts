import type { Rarities, Source } from "../answerer.ts";
import { type Quote, quotesOf } from "../quote.ts";
import { type Stretch, announces, headingsAbove, leans, stretchesOf } from "./stretch.ts";
import { type Topic, topicOf } from "../topic.ts";
import { columnNamesOf, isRow } from "./table.ts";
import { givenNumbers, standsAmong } from "../words/numbers.ts";
import { isFound, wordsOf } from "../words/word.ts";

/** How well one sentence of a source answers a question. */
export interface Candidate {
  readonly quote: Quote;
  /** For ranking: larger is better, comparable within one question only. */
  readonly relevance: number;
  /** How much of what the question is about is spoken of in the sentence and around it, at most 1. */
  readonly coverage: number;
  /** Its sentences, each a line of its own. */
  readonly lines: readonly Quote[];
  /** The row that names the columns of this one. */
  readonly columns?: Quote;
}

/** A source cut into sentences; each mark tells of one of the topic's words. */
interface Passage {
  readonly sentences: readonly Quote[];
  /** For a row of a table, which sentence names its columns. */
  readonly columnNames: readonly (number | undefined)[];
  /** Whether a sentence has the word, sentence by sentence. */
  readonly own: readonly Marks[];
  /** Whether the document's title or a heading above has the word, sentence by sentence. */
  readonly inTitles: readonly Marks[];
  readonly anywhere: Marks;
  /** The same, where a syllable of two that are a word stands beside the other. */
  readonly surely: Marks;
  /** The source's score as a share of the best source's, 0 to 1. */
  readonly rank: number;
}

type Marks = readonly boolean[];

// Shares of the score; tuned on English, Vietnamese, Russian and Chinese questions together. Each curve
// is flat around its value: none of them is worth more than three points in a hundred by itself.
const KIN_SHARE = 0.5;
const BEFORE_SHARE = 0.35;
/** A pronoun at its beginning stands for what the sentence before names. */
const LEANT_ON_SHARE = 0.6;
const AFTER_SHARE = 0.2;
const TITLE_SHARE = 0.5;
const RANK_SHARE = 0.6;
const EXPECTATION_SHARE = 0.25;
/** A question, a colon or a column's name is answered by what comes after it: what it says counts almost in full. */
const ANNOUNCED_SHARE = 0.9;
/** Such a sentence by itself, and one of a few words (a heading), seldom answers. */
const ANNOUNCING_FACTOR = 0.4;
const SHORT_FACTOR = 0.6;
const SHORT_WORDS_MAX = 3;
/** "Invoice: 4711" is short, but no heading. */
const NAMED_VALUE = /\p{L}\s*[:：]\s*[\p{L}\p{N}]/u;
/** How much a sentence twice the mean length loses. */
const LENGTH_PENALTY = 0.06;
/** What the rest of the source adds to coverage: less than the sentence's own words. */
const ELSEWHERE_COVERAGE = 0.45;
const KIN_COVERAGE = 0.5;
/** A question that names what the source never speaks of is likely about something else. */
const MISSING_NAMES_PENALTY = 0.15;
/** One that asks about 2025 is not answered by what is told of 2021. */
const MISSING_NUMBERS_PENALTY = 0.5;

/** Every sentence of the sources, in the sources' order, with how well it answers. Pure. */
export function candidatesOf(
  question: string,
  sources: readonly Source[],
  rarities?: Rarities,
  asked = question,
): Candidate[] {
  const quotes = sources.map(quotesOf);
  const topic = topicOf(question, quotes.flat(), { rarities, asked });
  const missing = missingNumbers(topic, sources);
  const bestScore = Math.max(...sources.map(({ score }) => score));
  return sources.flatMap((source, index) => {
    const rank = bestScore > 0 ? Math.max(0, source.score / bestScore) : 1;
    const passage = passageOf(topic, source, quotes[index] ?? [], rank);
    const penalty = MISSING_NUMBERS_PENALTY * (missing.get(source.documentId) ?? 0);
    return stretchesOf(passage.sentences)
      .map((stretch) => candidateOf(topic, passage, stretch))
      .map((candidate) => ({ ...candidate, coverage: candidate.coverage - penalty }));
  });
}

function passageOf(
  topic: Topic,
  { documentTitle, headings }: Source,
  sentences: readonly Quote[],
  rank: number,
): Passage {
  const title = new Set(wordsOf(`${documentTitle} ${headings ?? ""}`).flat());
  const inTitle = topic.words.map((word) => isFound(word, title));
  const own = sentences.map(({ terms }) => topic.words.map((word) => isFound(word, terms)));
  const inTitles = headingsAbove(sentences).map((places) =>
    places.reduce<Marks>((marks, place) => either(marks, own[place] ?? []), inTitle),
  );
  const anywhere = inTitle.map((mark, index) => mark || own.some((marks) => marks[index]));
  const columnNames = columnNamesOf(sentences);
  const surely = anywhere.map((mark, index) => {
    const pairs = topic.pairs[index] ?? [];
    return mark && (pairs.length === 0 || sentences.some(({ terms }) => isFound(pairs, terms)));
  });
  return { sentences, columnNames, own, inTitles, anywhere, surely, rank };
}

/** By document: its cover may tell the year of all its pages. */
function missingNumbers({ numbers }: Topic, sources: readonly Source[]): Map<string, number> {
  const documents = Map.groupBy(numbers.length > 0 ? sources : [], ({ documentId }) => documentId);
  const shares = [...documents].map(([id, parts]): [string, number] => {
    const told = parts.map((part) => `${part.documentTitle} ${part.headings ?? ""} ${part.text}`);
    const given = givenNumbers(told.join("\n"));
    const missing = numbers.filter((number) => !standsAmong(number, given));
    return [id, missing.length / numbers.length];
  });
  return new Map(shares);
}

function candidateOf(topic: Topic, passage: Passage, stretch: Stretch): Candidate {
  const { rank, sentences } = passage;
  const { quote, first, last } = stretch;
  const above = placeAbove(passage, stretch);
  const inTitle = passage.inTitles[first] ?? [];
  const own = topic.words.map((word) => isFound(word, quote.terms));
  const kin = without(
    topic.kin.map((word) => isFound(word, quote.terms)),
    own,
  );
  const before = without(passage.own[above] ?? [], own);
  const after = without(without(passage.own[last + 1] ?? [], own), before);
  const weight = (marks: Marks) => sumOf(topic.weights, marks);
  const sum =
    weight(own) +
    KIN_SHARE * weight(kin) +
    shareAbove(passage, stretch) * weight(before) +
    AFTER_SHARE * weight(after) +
    TITLE_SHARE * weight(without(without(inTitle, own), before)) +
    RANK_SHARE * rank +
    EXPECTATION_SHARE * topic.expectation(quote.text);
  const columns = isUnderNames(passage, stretch) ? sentences[above] : undefined;
  return {
    quote,
    relevance: sum * formFactor(topic, passage, stretch),
    coverage: coverageOf(topic, passage, {
      here: either(either(own, inTitle), columns ? before : []),
      kin,
    }),
    lines: sentences.slice(first, last + 1),
    ...(columns && { columns }),
  };
}

/** Which sentence tells what a stretch is about: the one before it, or the names of its columns. */
function placeAbove({ columnNames }: Passage, { first }: Stretch): number {
  return columnNames[first] ?? first - 1;
}

function isUnderNames({ columnNames }: Passage, { first }: Stretch): boolean {
  return columnNames[first] !== undefined;
}

function shareAbove(passage: Passage, stretch: Stretch): number {
  const above = passage.sentences[placeAbove(passage, stretch)];
  if (isUnderNames(passage, stretch)) return ANNOUNCED_SHARE;
  // A list that can be quoted whole is what was announced, its first item is not.
  if (above && announces(above.text) && !stretch.ofList) return ANNOUNCED_SHARE;
  return leans(stretch.quote.text) ? LEANT_ON_SHARE : BEFORE_SHARE;
}

function coverageOf(
  { shares, names }: Topic,
  { anywhere, surely }: Passage,
  { here, kin }: Record<"here" | "kin", Marks>,
): number {
  const missing = names.filter((isName, index) => isName && !anywhere[index]).length;
  return (
    sumOf(shares, here) +
    KIN_COVERAGE * sumOf(shares, without(kin, here)) +
    ELSEWHERE_COVERAGE * sumOf(shares, without(without(surely, here), kin)) -
    MISSING_NAMES_PENALTY * (missing / Math.max(1, names.filter(Boolean).length))
  );
}

function either(marks: Marks, others: Marks): boolean[] {
  return marks.map((mark, index) => mark || (others[index] ?? false));
}

function without(marks: Marks, others: Marks): boolean[] {
  return marks.map((mark, index) => mark && !others[index]);
}

function sumOf(weights: readonly number[], marks: Marks): number {
  return weights.reduce((sum, weight, index) => sum + (marks[index] ? weight : 0), 0);
}

function formFactor(
  { meanLength, expectation }: Topic,
  { columnNames }: Passage,
  { quote: { text, words }, first, last }: Stretch,
): number {
  const excess = Math.max(0, words.length / Math.max(1, meanLength) - 1);
  const isPlain = !isRow(text) && !NAMED_VALUE.test(text) && expectation(text) < 1;
  const short = words.length <= SHORT_WORDS_MAX && isPlain ? SHORT_FACTOR : 1;
  const announcing = first === last && (announces(text) || columnNames.includes(first));
  return ((announcing ? ANNOUNCING_FACTOR : 1) * short) / (1 + LENGTH_PENALTY * excess);
}
