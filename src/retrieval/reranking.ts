import { EndpointError } from "../inference/endpoint.ts";
import type { Reranker } from "../inference/rerank.ts";
import { cutToTokens } from "../inference/tokens.ts";
import { degradedQueries } from "../metrics/embedding.ts";
import { CircuitBreaker } from "./circuit-breaker.ts";
import type { ScoredSegment } from "./index/segment-index.ts";

/** What a cross-encoder reads in a few hundred milliseconds; the answer is hardly ever further down. */
export const RERANKED_MAX = 50;
const BUDGET_MS = 1_000;
/** Most rerankers read no more of a passage. */
const PASSAGE_TOKENS_MAX = 500;
/** A question is read with each passage; what is longer is a text that somebody has pasted. */
const QUESTION_TOKENS_MAX = 250;

interface Reordered {
  /** Best first. */
  readonly segments: readonly ScoredSegment[];
  /** Why it is the order that it was, in one sentence. */
  readonly degraded?: string;
}

/** Puts what was found into a better order, by a model that reads question and passage together. */
export class Reranking {
  readonly #breaker = new CircuitBreaker("The reranker");

  constructor(
    private readonly reranker: Reranker,
    private readonly budgetMs: number = BUDGET_MS,
  ) {}

  /** Never rejects for the endpoint's sake, and takes no longer than its budget. */
  async reorder(question: string, segments: readonly ScoredSegment[]): Promise<Reordered> {
    if (segments.length === 0) return { segments };
    const first = segments.slice(0, RERANKED_MAX);
    try {
      const scores = await this.#score(question, first.map(passageOf));
      return { segments: ordered(first, scores, segments.slice(RERANKED_MAX)) };
    } catch (error) {
      if (!(error instanceof EndpointError)) throw error;
      degradedQueries.inc({ part: "rerank" });
      return { segments, degraded: error.message };
    }
  }

  async #score(question: string, passages: readonly string[]): Promise<(number | undefined)[]> {
    return await this.#breaker.guard(() => {
      const timeout = AbortSignal.timeout(this.budgetMs);
      return this.reranker.score(cutToTokens(question, QUESTION_TOKENS_MAX), passages, timeout);
    });
  }
}

function passageOf({ headings, text }: ScoredSegment): string {
  return cutToTokens(headings === "" ? text : `${headings}\n${text}`, PASSAGE_TOKENS_MAX);
}

/** Those without a score of the reranker come after the others, in the order that they had. */
function ordered(
  first: readonly ScoredSegment[],
  scores: readonly (number | undefined)[],
  others: readonly ScoredSegment[],
): ScoredSegment[] {
  const scored = first
    .flatMap((segment, place) => {
      const score = scores[place];
      return score === undefined ? [] : [{ ...segment, score }];
    })
    .toSorted((a, b) => b.score - a.score);
  const least = scored.at(-1)?.score ?? 0;
  const unscored = first.filter((_segment, place) => scores[place] === undefined);
  const rest = [...unscored, ...others].map((segment) => ({
    ...segment,
    score: Math.min(segment.score, least),
  }));
  return [...scored, ...rest];
}
