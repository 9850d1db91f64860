import type { Hit } from "../store.ts";

/** How much less a second place counts than a first; of Cormack, Clarke and Büttcher (SIGIR 2009). */
const K = 60;

/** What names a segment. */
export type Place = Pick<Hit, "documentId" | "segmentIndex">;

export function keyOf({ documentId, segmentIndex }: Place): string {
  return `${documentId}/${segmentIndex}`;
}

/**
 * Joins two orders of segments by reciprocal rank fusion: a segment's score is the sum of 1 / (K + rank) over
 * the lists that have it, the first rank being 1. One that was found by its words but has no vector yet takes
 * in the other list the rank that it has in this, or half a workspace would come after the other half.
 * @returns best first; equal scores by document id, then segment index
 */
export function fuse(
  byWords: readonly Hit[],
  byVectors: readonly Hit[],
  unembedded: readonly Place[] = [],
): Hit[] {
  const bare = new Set(unembedded.map(keyOf));
  const fused = new Map<string, Hit>();
  const add = (hit: Place, rank: number, times = 1) => {
    const { documentId, segmentIndex } = hit;
    const score = (fused.get(keyOf(hit))?.score ?? 0) + times / (K + rank);
    fused.set(keyOf(hit), { documentId, segmentIndex, score });
  };
  for (const [place, hit] of byWords.entries()) add(hit, place + 1, bare.has(keyOf(hit)) ? 2 : 1);
  for (const [place, hit] of byVectors.entries()) add(hit, place + 1);
  return [...fused.values()].toSorted(byScore);
}

function byScore(a: Hit, b: Hit): number {
  if (a.score !== b.score) return b.score - a.score;
  if (a.documentId !== b.documentId) return a.documentId < b.documentId ? -1 : 1;
  return a.segmentIndex - b.segmentIndex;
}
