import type { Quote } from "../quote.ts";
import type { Claim } from "./claim.ts";
import { type Facts, factsOf } from "./facts.ts";
import { hasNumber, type Passage } from "./passage.ts";
import { foreignQuote, type Support, supportOf } from "./support.ts";

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
