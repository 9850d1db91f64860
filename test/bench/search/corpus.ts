import { type Random, seededRandom } from "../../support/random.ts";

/** The words that hold English together, most frequent first: every second word of a text, and no search term. */
const FUNCTION_WORDS =
  "the of and to in a is that for it as was with be by on not he this are or at from but have an they which one were".split(
    " ",
  );

const VOCABULARY = 60_000;
const TOPICS = 60;
const TOPIC_WORDS = 400;
/** So many of a text's words are function words, and of the others, so many are its topic's. */
const FUNCTION_SHARE = 0.42;
const TOPIC_SHARE = 0.3;
/**
 * Zipf's law with Mandelbrot's offset. With these, as in Wikipedia and in abstracts of one science, every tenth
 * term of a question is in a fifth of all segments, and every tenth in less than a thousandth.
 */
const EXPONENT = 1.05;
const OFFSET = 25;
/** A paragraph is one segment: it holds as many words as the segmentation aims at. */
const WORDS_PER_PARAGRAPH = [120, 220] as const;
const WORDS_PER_SENTENCE = 18;
const CONTENT_WORDS_PER_QUESTION = [6, 12] as const;
const FUNCTION_WORDS_PER_QUESTION = 4;

/** Writes documents and questions whose words are as frequent as a language's; the same seed, the same words. */
export class Writer {
  readonly #random: Random;
  readonly #words: readonly string[];
  readonly #ranks = new ZipfRanks(VOCABULARY);
  readonly #topicRanks = new ZipfRanks(TOPIC_WORDS);

  constructor(seed: number) {
    this.#random = seededRandom(seed);
    this.#words = inventWords(VOCABULARY);
  }

  /** Paragraphs about one topic. */
  document(paragraphs: number): string[] {
    const topic = this.#random.between(0, TOPICS - 1);
    return Array.from({ length: paragraphs }, () => this.#paragraph(topic));
  }

  /** A question that a paragraph answers: in its words, rare and frequent ones alike. */
  question(paragraph: string): string {
    const content = new Set(paragraph.toLowerCase().match(/[a-z]{4,}/g) ?? []);
    for (const word of FUNCTION_WORDS) content.delete(word);
    const chosen = this.#sample([...content], this.#random.between(...CONTENT_WORDS_PER_QUESTION));
    const others = this.#sample(FUNCTION_WORDS, FUNCTION_WORDS_PER_QUESTION);
    return `${[...others, ...chosen].join(" ")}?`;
  }

  #paragraph(topic: number): string {
    const count = this.#random.between(...WORDS_PER_PARAGRAPH);
    let text = "";
    for (let at = 0; at < count; at++) {
      const word = this.#word(topic);
      const opens = at % WORDS_PER_SENTENCE === 0;
      if (at > 0) text += opens ? ". " : " ";
      text += opens ? word.charAt(0).toUpperCase() + word.slice(1) : word;
    }
    return `${text}.`;
  }

  #word(topic: number): string {
    const random = this.#random;
    if (random.next() < FUNCTION_SHARE) return random.pick(FUNCTION_WORDS);
    const isTopical = random.next() < TOPIC_SHARE;
    const rank = isTopical
      ? (topic * TOPIC_WORDS * 7 + this.#topicRanks.draw(random) * 53 + 200) % VOCABULARY
      : this.#ranks.draw(random);
    return this.#words[rank] ?? "";
  }

  #sample(items: readonly string[], count: number): string[] {
    const rest = [...items];
    const chosen: string[] = [];
    while (chosen.length < count && rest.length > 0)
      chosen.push(...rest.splice(this.#random.between(0, rest.length - 1), 1));
    return chosen;
  }
}

/** Draws ranks from 0 on, each as often as Zipf's law says. */
class ZipfRanks {
  readonly #sums: Float64Array;

  constructor(count: number) {
    this.#sums = new Float64Array(count);
    let sum = 0;
    for (let rank = 0; rank < count; rank++) this.#sums[rank] = sum += (rank + OFFSET) ** -EXPONENT;
  }

  draw(random: Random): number {
    const sums = this.#sums;
    const wanted = random.next() * (sums.at(-1) ?? 0);
    let [low, high] = [0, sums.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((sums[middle] ?? 0) < wanted) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** Words of two to four syllables, all different; the frequent ones are short. */
function inventWords(count: number): string[] {
  const consonants = Array.from("bdfgklmnprtv");
  const syllables = consonants.flatMap((first) =>
    ["a", "i", "o", "u"].map((vowel) => first + vowel),
  );
  const base = syllables.length;
  return Array.from({ length: count }, (_, at) => {
    const digits = [at % base, Math.floor(at / base) % base, Math.floor(at / base ** 2)];
    return `${digits.map((digit) => syllables[digit]).join("")}k`;
  });
}
