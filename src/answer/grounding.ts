import type { Source } from "./answerer.ts";
import type { Claim } from "./claim.ts";
import { languageOf } from "./language.ts";
import { type Quote, quoteOf, quotesOf } from "./quote.ts";
import { weightsOf } from "./relevance.ts";
import { type Word, informativeWordsOf, isFound, wordsOf } from "./word.ts";

/** A further neighbouring sentence is quoted only when it carries this share more of the claim. */
const CARRIED_MORE_MIN = 0.2;
/** A stretch that carries this share of the claim needs no neighbours. */
const CARRIED_ENOUGH = 0.6;
const SENTENCES_MAX = 3;
/** A sentence without any marker is given one when a source carries this share of it. */
const UNMARKED_SHARE_MIN = 0.6;

/** A source that was given to the model, cut into sentences once for all claims. */
interface Passage {
  readonly source: Source;
  readonly sentences: readonly Quote[];
}

/** Source `[n]` of the prompt is `passagesOf(given)[n - 1]`. */
export function passagesOf(given: readonly Source[]): Passage[] {
  return given.map((source) => ({ source, sentences: quotesOf(source) }));
}

/** The stretch of a source that carries a claim, and the share of the claim's words found in it. */
interface Support {
  readonly quote: Quote;
  readonly share: number;
}

/**
 * What stands behind a claim, in the order of its markers. A marker counts when it names a given source
 * that shares an informative word with the claim; the quote is narrowed to the sentences that carry the
 * claim best. Words of two languages cannot be compared: then the whole source is quoted.
 */
export function quotesFor(claim: Claim, passages: readonly Passage[]): Quote[] {
  const quotes = claim.markers.map((number) => {
    const passage = passages[number - 1];
    return passage && (supportOf(claim.text, passage)?.quote ?? foreignQuote(claim.text, passage));
  });
  return quotes.filter((quote) => quote !== undefined);
}

/** The one source that carries an unmarked claim best, if it does so well: some models forget their markers. */
export function quotesForUnmarked(claim: Claim, passages: readonly Passage[]): Quote[] {
  let best: Support | undefined;
  for (const passage of passages) {
    const support = supportOf(claim.text, passage);
    if (support && support.share > (best?.share ?? UNMARKED_SHARE_MIN)) best = support;
  }
  return best ? [best.quote] : [];
}

function foreignQuote(claim: string, { source, sentences }: Passage): Quote | undefined {
  const isForeign = languageOf(claim) !== languageOf(source.text);
  return isForeign && sentences.length > 0 && wordsOf(claim).length > 0
    ? quoteOf(source, sentences[0]?.start ?? 0, sentences.at(-1)?.end ?? 0)
    : undefined;
}

function supportOf(claim: string, { source, sentences }: Passage): Support | undefined {
  const words = informativeWordsOf(claim);
  const weights = weightsOf(words, sentences);
  const shares = sentences.map(({ terms }) => shareOf(words, weights, [terms]));
  const best = shares.indexOf(Math.max(...shares));
  if (best < 0 || shares[best] === 0) return undefined;
  const { first, last, share } = widened(best, sentences, (terms) =>
    shareOf(words, weights, terms),
  );
  return { quote: quoteOf(source, sentences[first]?.start ?? 0, sentences[last]?.end ?? 0), share };
}

type Terms = ReadonlySet<string>;

/** Grows the stretch around the best sentence while its neighbours carry enough of what it lacks. */
function widened(
  best: number,
  sentences: readonly Quote[],
  share: (terms: readonly Terms[]) => number,
) {
  const shareBetween = (first: number, last: number) =>
    share(sentences.slice(first, last + 1).map(({ terms }) => terms));
  let window = { first: best, last: best, share: shareBetween(best, best) };
  while (window.share < CARRIED_ENOUGH && window.last - window.first + 1 < SENTENCES_MAX) {
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
