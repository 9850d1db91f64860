import { type Corpus, lengthNorm, saturated } from "./bm25.ts";
import { CodeTable } from "../terms/code-table.ts";
import { SPACELESS } from "../terms/spaceless.ts";
import type { Candidate } from "../index/segment-index.ts";
import { NO_SEQUENCE, opensPlace, termCode } from "../terms/term-sequence.ts";

/** A document's first words, which are its title or say what it is about, count as often as this, up to this place. */
const BEGINNING_FREQUENCY = 2;
const BEGINNING_PLACES = 12;

/** What nearness adds, beside what the terms score by themselves. */
const NEARNESS_SHARE = 0.7;
/** Terms further apart than this many words are not near each other. */
const NEAR_PLACES_MAX = 8;
/** A frequent term gains less by having others near it. */
const NEAR_WEIGHT_MAX = 1;

/** A pair of plain syllables. Pairs overlap, as those of characters do, so that neighbours say nothing of nearness. */
const PAIR = /^~.*_/;

/** Where in a text a term of the question stands. */
interface Found {
  readonly number: number;
  readonly place: number;
}

/** A candidate, told how well it fits. */
export type ScoredCandidate = Candidate & { readonly score: number };

/** The terms of a question that a workspace has. */
export class QuestionTerms {
  readonly table: CodeTable;
  /** Of all terms together. */
  readonly weightSum: number;
  readonly #weights: Float64Array;
  /** The least distance at which a term can be near another, in places; none for a pair. */
  readonly #distances: Float64Array;

  constructor(weights: ReadonlyMap<string, number>) {
    const terms = [...weights.keys()];
    this.table = new CodeTable(terms.map(termCode));
    this.#weights = Float64Array.from(weights.values());
    this.weightSum = this.#weights.reduce((sum, weight) => sum + weight, 0);
    this.#distances = Float64Array.from(terms, (term) =>
      PAIR.test(term) ? Infinity : SPACELESS.test(term) ? 2 : 1,
    );
  }

  /**
   * BM25 over all fields, and again over the nearness of terms to each other in the text: each occurrence of a
   * term counts the weights of the others near it, divided by their distance (Büttcher, Clarke and Lushman 2006).
   */
  score({ sequence, segmentIndex, length, score }: Candidate, corpus: Corpus): number {
    if (sequence === NO_SEQUENCE) return score ?? 0;
    const norm = lengthNorm(length, corpus);
    const frequencies = new Float64Array(this.#weights.length);
    this.#countIn(sequence.title, frequencies);
    this.#countIn(sequence.headings, frequencies);
    const beginning = segmentIndex === 0 ? BEGINNING_PLACES : 0;
    const nearness = this.#nearnessIn(sequence.body, beginning, frequencies);
    let sum = 0;
    this.#weights.forEach((weight, number) => {
      const near = Math.min(weight, NEAR_WEIGHT_MAX) * saturated(nearness[number] ?? 0, norm);
      sum += weight * saturated(frequencies[number] ?? 0, norm) + NEARNESS_SHARE * near;
    });
    return sum;
  }

  #countIn(field: Int32Array, frequencies: Float64Array): void {
    for (let at = 0; at < field.length; at++) {
      const number = this.table.numberOf(field[at] ?? 0);
      if (number >= 0) frequencies[number] = (frequencies[number] ?? 0) + 1;
    }
  }

  /** What the terms near each term of the text weigh; counts the terms on the way. */
  #nearnessIn(body: Int32Array, beginning: number, frequencies: Float64Array): Float64Array {
    const nearness = new Float64Array(frequencies.length);
    const found: Found[] = [];
    let place = 0;
    for (let at = 0; at < body.length; at++) {
      const code = body[at] ?? 0;
      if (opensPlace(code)) place++;
      const number = this.table.numberOf(code);
      if (number < 0) continue;
      const times = place <= beginning ? BEGINNING_FREQUENCY : 1;
      frequencies[number] = (frequencies[number] ?? 0) + times;
      this.#addNear(nearness, found, { number, place });
      found.push({ number, place });
    }
    return nearness;
  }

  #addNear(nearness: Float64Array, found: readonly Found[], one: Found): void {
    for (let at = found.length - 1; at >= 0; at--) {
      const other = found[at] ?? one;
      const distance = one.place - other.place;
      if (distance > NEAR_PLACES_MAX) return;
      if (other.number === one.number || distance < this.#nearFrom(one, other)) continue;
      const first = one.number;
      const second = other.number;
      nearness[first] = (nearness[first] ?? 0) + (this.#weights[second] ?? 0) / distance;
      nearness[second] = (nearness[second] ?? 0) + (this.#weights[first] ?? 0) / distance;
    }
  }

  #nearFrom(one: Found, other: Found): number {
    return Math.max(this.#distances[one.number] ?? 1, this.#distances[other.number] ?? 1);
  }
}
