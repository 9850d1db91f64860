// What Vietnamese spelling allows without diacritics: at most one initial, one to three vowels, one final.
const SYLLABLE =
  /^(?:ngh?|nh|gh|gi|kh|ph|th|tr|ch|qu|[bcdghklmnprstvx])?[aeiouy]{1,3}(?:ng|nh|ch|[cmnpt])?$/;

/** Whether a plain lower-case word could be a Vietnamese syllable whose diacritics were left out. */
export function isPlainSyllable(word: string): boolean {
  return SYLLABLE.test(word);
}
