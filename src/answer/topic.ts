import type { Rarities } from "./answerer.ts";
import { type Expectation, expectationOf } from "./expectation.ts";
import type { Quote } from "./quote.ts";
import { type ClaimedNumber, claimedNumbers } from "./words/numbers.ts";
import { type Word, informativeWordsOf, isFound, namesIn, pairsIn } from "./words/word.ts";

/** What a question is about. */
export interface Topic {
  /** Its informative words. */
  readonly words: readonly Word[];
  /** Of each word: what the sources have that begins alike, as "inventor" does for "invented"; of "number": numbers. */
  readonly kin: readonly Word[];
  /** Of each word: its pairs with its neighbours in a Vietnamese question, none if it stands alone. */
  readonly pairs: readonly Word[];
  /** Of each word: whether it is a part of a name. */
  readonly names: readonly boolean[];
  /** Its numbers, but for small ones: three reasons are seldom called three. */
  readonly numbers: readonly ClaimedNumber[];
  /** How well each word tells the sentences of the sources apart; they sum to 1. */
  readonly weights: readonly number[];
  /** How much of the topic each word makes up, by its rarity in the whole workspace; they sum to 1. */
  readonly shares: readonly number[];
  /** Mean length of the sentences, in words. */
  readonly meanLength: number;
  readonly expectation: Expectation;
}

/**
 * Frequencies are taken as if among so many sentences: in a document about rents, "rent" is in every
 * sentence, and a question about the rent is still one that the document answers.
 */
const BACKGROUND_SENTENCES = 1_000;
/** A word of every sentence still weighs something. */
const WEIGHT_MIN = 0.2;
/** Words are kin that begin with as many letters alike, and with this share of the longer one. */
const KIN_LETTERS_MIN = 4;
const KIN_SHARE_MIN = 0.65;
/** What a word weighs that an earlier question had, beside one of this question. */
const CARRIED_SHARE = 0.35;
/** Up to a dozen things are asked for by their number. */
const SMALL_NUMBER_MAX = 12;
/** What happened in the 18th century has a year. */
const CENTURY =
  /\d{1,4}(?:st|nd|rd|th|-?(?:го|м|й))?\s?(?:centur|век|世[紀纪])|(?:thế k[ỷỉ]|the k[yi]) (?:thứ )?\d{1,4}/giu;
/** "Number", whose kin are numbers: they are seldom called so where they stand. */
const NUMBER_TERMS: ReadonlySet<string> = new Set(["number", "nummer", "numero", "номер"]);
const NUMBER = /^\p{N}+$/u;
/** Where a syllable is a word, or a mark tells one from another, words that begin alike are no kin. */
const NO_KIN =
  /[\p{M}~_\p{N}\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Mymr}\p{sc=Hang}]/u;

interface TopicOptions {
  /** Of the question's terms; without them they are guessed from the sentences. */
  readonly rarities?: Rarities | undefined;
  /** The question as it was written: in "And the deposit?" the deposit is what it is about. */
  readonly asked?: string;
}

/** What a question is about, as far as the given sentences can tell. Pure. */
export function topicOf(
  question: string,
  quotes: readonly Quote[],
  { rarities, asked = question }: TopicOptions = {},
): Topic {
  const words = informativeWordsOf(question);
  const pairs = pairsIn(question);
  const names = new Set(namesIn(question).map((name) => name.join(" ")));
  const length = quotes.reduce((sum, quote) => sum + quote.words.length, 0);
  const carried = asked === question ? () => false : carriedInto(asked);
  const guessed = weightsOf(words, quotes, Math.max(quotes.length, BACKGROUND_SENTENCES));
  const weights = scaled(
    words.map((word, index) => (carried(word) ? CARRIED_SHARE : 1) * (guessed[index] ?? 0)),
  );
  return {
    words,
    kin: kinOf(words, quotes),
    pairs: words.map((word) => pairs.get(word.join(" ")) ?? []),
    names: words.map((word) => names.has(word.join(" "))),
    numbers: claimedNumbers(question.replace(CENTURY, " ")).filter(isLarge),
    weights,
    shares: rarities ? scaled(words.map((word) => rarityOf(word, rarities))) : guessed,
    meanLength: length / Math.max(1, quotes.length),
    expectation: expectationOf(question),
  };
}

/** Whether a word comes from what was said before, and not from the question as it was written. */
function carriedInto(asked: string): (word: Word) => boolean {
  const own = new Set(informativeWordsOf(asked).flat());
  return (word) => !isFound(word, own);
}

function isLarge({ values }: ClaimedNumber): boolean {
  return values.some((value) => value > SMALL_NUMBER_MAX);
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
  return scaled(
    words.map((word) => {
      const frequency = quotes.filter(({ terms }) => isFound(word, terms)).length;
      return WEIGHT_MIN + Math.log(1 + (sentenceCount - frequency + 0.5) / (frequency + 0.5));
    }),
  );
}

/** Any of its terms found is the word found: the commonest decides. What was not searched for is common. */
function rarityOf(word: Word, rarities: Rarities): number {
  const known = word.map((term) => rarities.get(term)).filter((rarity) => rarity !== undefined);
  return WEIGHT_MIN + (known.length > 0 ? Math.min(...known) : 0);
}

function scaled(raw: readonly number[]): number[] {
  const total = raw.reduce((sum, each) => sum + each, 0);
  return raw.map((each) => each / total);
}

function kinOf(words: readonly Word[], quotes: readonly Quote[]): Word[] {
  const terms = new Set(quotes.flatMap((quote) => [...quote.terms]));
  const byBeginning = Map.groupBy(terms, (term) => term.slice(0, KIN_LETTERS_MIN));
  const numbers = [...terms].filter((term) => NUMBER.test(term));
  const kinOfTerm = (term: string) => {
    if (NUMBER_TERMS.has(term)) return numbers;
    if (NO_KIN.test(term) || term.length < KIN_LETTERS_MIN) return [];
    const others = byBeginning.get(term.slice(0, KIN_LETTERS_MIN)) ?? [];
    return others.filter((other) => areKin(term, other));
  };
  return words.map((word) => word.flatMap(kinOfTerm));
}

function areKin(term: string, other: string): boolean {
  let alike = 0;
  while (alike < term.length && term[alike] === other[alike]) alike++;
  return alike >= KIN_SHARE_MIN * Math.max(term.length, other.length) && !NO_KIN.test(other);
}
