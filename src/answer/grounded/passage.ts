import { termsOf } from "../../retrieval/terms/terms.ts";
import type { Source } from "../answerer.ts";
import { type Quote, quotesOf } from "../quote.ts";
import { type ClaimedNumber, givenNumbers, standsAmong } from "../words/numbers.ts";
import { type Tongue, tongueOf } from "./facts.ts";

/** A source that was given to the model, made ready once for all claims. */
export interface Passage {
  readonly source: Source;
  readonly sentences: readonly Quote[];
  /** Of each sentence. */
  readonly numbers: readonly ReadonlySet<number>[];
  /** What is said of all of it: its title, its headings, its page. */
  readonly aboutNumbers: ReadonlySet<number>;
  readonly aboutTerms: ReadonlySet<string>;
  /** Of all that was given of its document: a name is said once, and "she" from then on. */
  readonly documentTerms: ReadonlySet<string>;
  readonly tongue: Tongue;
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

/** Whether a number of a claim stands in it, or is said of it. */
export function hasNumber({ numbers, aboutNumbers }: Passage, number: ClaimedNumber): boolean {
  return standsAmong(number, aboutNumbers) || numbers.some((given) => standsAmong(number, given));
}
