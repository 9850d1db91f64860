import { bareCode } from "../terms/term-sequence.ts";

/** Two passages tell the same if they share this much of the terms that either has. */
const SAME_SHARE_MIN = 0.95;

/**
 * The first `limit` passages without those whose text a better one tells already, in its or in another document.
 * @param codesOf the terms of a passage; one without any is like no other
 */
export function distinctOf<T>(
  ranked: readonly T[],
  limit: number,
  codesOf: (passage: T) => Int32Array,
): T[] {
  const shown: { readonly passage: T; readonly terms: Int32Array }[] = [];
  for (const passage of ranked) {
    if (shown.length >= limit) break;
    const terms = distinctTerms(codesOf(passage));
    if (terms.length > 0 && shown.some((better) => isSame(better.terms, terms))) continue;
    shown.push({ passage, terms });
  }
  return shown.map(({ passage }) => passage);
}

/** Ascending. */
function distinctTerms(codes: Int32Array): Int32Array {
  const sorted = codes.map(bareCode).toSorted();
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
