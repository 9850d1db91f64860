import { type Grades, isRelevant } from "./set.ts";

/** How well rankings fit the judgements: means over the queries, each from 0 to 1. */
export interface RankingFigures {
  readonly queries: number;
  readonly ndcgAt10: number;
  readonly recallAt10: number;
  readonly recallAt100: number;
  readonly mrrAt10: number;
}

/** A query's documents, best first. */
type Ranking = readonly string[];

/** Means over all queries that have a relevant document; one that is not in `rankings` found nothing. */
export function measureRankings(
  rankings: ReadonlyMap<string, Ranking>,
  judgements: ReadonlyMap<string, Grades>,
  queryIds: readonly string[],
): RankingFigures {
  const pairs = queryIds.flatMap((id) => {
    const grades = judgements.get(id);
    return grades && relevantIn(grades) > 0 ? [{ ranking: rankings.get(id) ?? [], grades }] : [];
  });
  const meanOf = (measure: (ranking: Ranking, grades: Grades) => number) =>
    mean(pairs.map(({ ranking, grades }) => measure(ranking, grades)));
  return {
    queries: pairs.length,
    ndcgAt10: meanOf((ranking, grades) => ndcg(ranking, grades, 10)),
    recallAt10: meanOf((ranking, grades) => recall(ranking, grades, 10)),
    recallAt100: meanOf((ranking, grades) => recall(ranking, grades, 100)),
    mrrAt10: meanOf((ranking, grades) => reciprocalRank(ranking, grades, 10)),
  };
}

/**
 * Normalised discounted cumulative gain of the first `depth` documents, as trec_eval's `ndcg_cut` and BEIR
 * have it: the grade is the gain, log2(rank + 1) the discount, the best order of all that is judged the norm.
 */
export function ndcg(ranking: Ranking, grades: Grades, depth: number): number {
  const ideal = [...grades.values()].toSorted((a, b) => b - a);
  const best = discounted(ideal, depth);
  const gains = ranking.map((id) => grades.get(id) ?? 0);
  return best === 0 ? 0 : discounted(gains, depth) / best;
}

function discounted(gains: readonly number[], depth: number): number {
  return gains
    .slice(0, depth)
    .reduce((sum, gain, at) => sum + Math.max(0, gain) / Math.log2(at + 2), 0);
}

/** The share of the relevant documents that is among the first `depth`. */
export function recall(ranking: Ranking, grades: Grades, depth: number): number {
  const found = ranking.slice(0, depth).filter((id) => isRelevant(grades.get(id) ?? 0));
  return found.length / Math.max(1, relevantIn(grades));
}

/** One through the rank of the first relevant document, 0 if it is not among the first `depth`. */
export function reciprocalRank(ranking: Ranking, grades: Grades, depth: number): number {
  const at = ranking.slice(0, depth).findIndex((id) => isRelevant(grades.get(id) ?? 0));
  return at < 0 ? 0 : 1 / (at + 1);
}

/** Documents in the order of their best segments. */
export function documentsOf(segments: readonly { readonly documentId: string }[]): string[] {
  return [...new Set(segments.map(({ documentId }) => documentId))];
}

function relevantIn(grades: Grades): number {
  return [...grades.values()].filter(isRelevant).length;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}
