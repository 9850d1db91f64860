import type { Candidate, Candidates } from "./segment-index.ts";
import type { Hit } from "./store.ts";

/** Candidates that are ranked: as many at least, where fewer segments are asked for. */
const CANDIDATES_MIN = 200;

/** How many candidates an index must give so that `limit` of them can be told to be the best. */
export function candidatesFor(limit: number): number {
  return Math.max(CANDIDATES_MIN, 2 * limit);
}

/** The candidates in the order in which they are shown: best first. Pure; the same for every index. */
export function rank({ segments }: Candidates): Hit[] {
  return segments.map(hitOf).toSorted(byScore);
}

/** Rounded, since the order in which a sum is formed changes its last digits. */
function hitOf({ documentId, segmentIndex, score }: Candidate): Hit {
  return { documentId, segmentIndex, score: Math.round(score * 1e6) / 1e6 };
}

/** Best first; equal scores by document id, then segment index. */
function byScore(a: Hit, b: Hit): number {
  if (a.score !== b.score) return b.score - a.score;
  if (a.documentId !== b.documentId) return a.documentId < b.documentId ? -1 : 1;
  return a.segmentIndex - b.segmentIndex;
}
