import { distinctOf } from "./distinct.ts";
import { expandedBy } from "./expansion.ts";
import { QuestionTerms, type ScoredCandidate } from "./question-terms.ts";
import type { Candidates } from "../index/segment-index.ts";
import type { Hit } from "../store.ts";

/** Candidates that are ranked, where fewer segments are asked for: with 75 to 300 of them the best ten are as good. */
const CANDIDATES_MIN = 75;

/** How many candidates an index must give so that `limit` of them can be told to be the best. */
export function candidatesFor(limit: number): number {
  return Math.max(CANDIDATES_MIN, 2 * limit);
}

/**
 * The best candidates in the order in which they are shown, best first, at most `limit`: those that tell the
 * same are shown once. Pure; the same for every index.
 */
export function rank(candidates: Candidates, limit: number): Hit[] {
  const terms = new QuestionTerms(candidates.weights);
  const scored = candidates.segments
    .map((candidate) => ({ ...candidate, score: terms.score(candidate, candidates.corpus) }))
    .filter(({ score }) => score > 0)
    .toSorted(byScore);
  const ranked = expandedBy(scored, terms, candidates.corpus).map(rounded).toSorted(byScore);
  return distinctOf(ranked, limit, ({ sequence }) => sequence.body).map(
    ({ documentId, segmentIndex, score }) => ({ documentId, segmentIndex, score }),
  );
}

/** Rounded, since the order in which a sum is formed changes its last digits. */
function rounded(candidate: ScoredCandidate): ScoredCandidate {
  return { ...candidate, score: Math.round(candidate.score * 1e6) / 1e6 };
}

/** Best first; equal scores by document id, then segment index. */
function byScore(a: ScoredCandidate, b: ScoredCandidate): number {
  if (a.score !== b.score) return b.score - a.score;
  if (a.documentId !== b.documentId) return a.documentId < b.documentId ? -1 : 1;
  return a.segmentIndex - b.segmentIndex;
}
