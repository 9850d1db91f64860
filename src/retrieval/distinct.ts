import type { Candidate } from "./segment-index.ts";
import { bareCode } from "./term-sequence.ts";

/** Two passages tell the same if they share this much of the terms that either has. */
const SAME_SHARE_MIN = 0.95;

/** The first `limit` segments without those whose text a better one tells already, in its or in another document. */
export function distinctHits(ranked: readonly Candidate[], limit: number): Candidate[] {
  const shown: { readonly segment: Candidate; readonly terms: Int32Array }[] = [];
  for (const segment of ranked) {
    if (shown.length >= limit) break;
    const terms = distinctTerms(segment);
    if (terms.length > 0 && shown.some((better) => isSame(better.terms, terms))) continue;
    shown.push({ segment, terms });
  }
  return shown.map(({ segment }) => segment);
}

/** Ascending. */
function distinctTerms({ sequence }: Candidate): Int32Array {
  const sorted = sequence.body.map(bareCode).toSorted();
  return sorted.filter((code, at) => code !== sorted[at - 1]);
}

/** Whether two ascending lists share nearly all that they have; different ones are told apart after a few steps. */
function isSame(a: Int32Array, b: Int32Array): boolean {
  const apartMax = Math.floor(
    ((1 - SAME_SHARE_MIN) * (a.length + b.length)) / (1 + SAME_SHARE_MIN),
  );
  let apart = 0;
  for (let i = 0, j = 0; i < a.length || j < b.length;) {
    const first = a[i] ?? Infinity;
    const second = b[j] ?? Infinity;
    if (first <= second) i++;
    if (second <= first) j++;
    if (first !== second && ++apart > apartMax) return false;
  }
  return true;
}
