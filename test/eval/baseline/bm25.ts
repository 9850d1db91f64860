import { fileTextOf, type SetDocument } from "../set.ts";
import type { TermsOf } from "./terms.ts";

const K1 = 1.2;
const B = 0.75;

interface Posting {
  readonly document: number;
  readonly frequency: number;
}

/** BM25 as the textbooks have it, over whole documents with their titles. */
export class PlainBm25 {
  readonly #postings = new Map<string, Posting[]>();
  readonly #lengths: readonly number[];
  readonly #meanLength: number;

  constructor(
    private readonly documents: readonly SetDocument[],
    private readonly termsOf: TermsOf,
  ) {
    this.#lengths = documents.map((document, at) => this.#add(document, at));
    this.#meanLength = this.#lengths.reduce((sum, length) => sum + length, 0) / documents.length;
  }

  /** The best documents, best first; of equal ones the first in the set. */
  rank(question: string, limit: number): string[] {
    const scores = new Map<number, number>();
    for (const term of new Set(this.termsOf(question))) {
      const postings = this.#postings.get(term) ?? [];
      for (const { document, frequency } of postings) {
        const score = this.#idf(postings.length) * this.#saturation(frequency, document);
        scores.set(document, (scores.get(document) ?? 0) + score);
      }
    }
    return [...scores]
      .toSorted(([a, one], [b, other]) => other - one || a - b)
      .slice(0, limit)
      .map(([at]) => this.documents[at]?.id ?? "");
  }

  #add(document: SetDocument, at: number): number {
    const terms = this.termsOf(fileTextOf(document));
    const frequencies = new Map<string, number>();
    for (const term of terms) frequencies.set(term, (frequencies.get(term) ?? 0) + 1);
    for (const [term, frequency] of frequencies) {
      const postings = this.#postings.get(term) ?? [];
      postings.push({ document: at, frequency });
      this.#postings.set(term, postings);
    }
    return terms.length;
  }

  #idf(documentsWithIt: number): number {
    const without = this.documents.length - documentsWithIt;
    return Math.log(1 + (without + 0.5) / (documentsWithIt + 0.5));
  }

  #saturation(frequency: number, document: number): number {
    const length = (this.#lengths[document] ?? 0) / this.#meanLength;
    return (frequency * (K1 + 1)) / (frequency + K1 * (1 - B + B * length));
  }
}
