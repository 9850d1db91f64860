import { describe, expect, test } from "bun:test";
import { positionedTermsOf, queryTermsOf } from "../../src/retrieval/terms/terms.ts";
import { JAPANESE } from "./passages/japanese.ts";
import { KOREAN } from "./passages/korean.ts";
import { THAI } from "./passages/thai.ts";

type Passages = readonly (readonly [passage: string, question: string])[];

/** The passages by BM25 (k1 1.2, b 0), best first. */
function ranked(passages: Passages, question: string): string[] {
  const documents = passages.map(([passage]) => ({
    passage,
    terms: positionedTermsOf(passage).terms,
  }));
  const weights = queryTermsOf(question).map((term) => {
    const having = documents.filter(({ terms }) => terms.includes(term)).length;
    return { term, weight: Math.log(1 + (documents.length - having + 0.5) / (having + 0.5)) };
  });
  const score = (terms: readonly string[]) =>
    weights.reduce((sum, { term, weight }) => {
      const frequency = terms.filter((each) => each === term).length;
      return sum + (weight * frequency * 2.2) / (frequency + 1.2);
    }, 0);
  return documents
    .map(({ passage, terms }) => ({ passage, score: score(terms) }))
    .toSorted((a, b) => b.score - a.score)
    .map(({ passage }) => passage);
}

describe.each([
  ["Japanese", JAPANESE],
  ["Korean", KOREAN],
  ["Thai", THAI],
] as const)("In %s", (_language, passages) => {
  test.each(passages.map(([passage, question]) => [question, passage] as const))(
    "%p finds its passage first",
    (question, passage) => expect(ranked(passages, question)[0]).toBe(passage),
  );
});
