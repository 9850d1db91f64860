/** Grave, acute, tilde, hook above, dot below: the five written tones. */
const TONE = /[\u0300\u0301\u0303\u0309\u0323]/g;

const ONSET = "ngh|ng|nh|gh|gi|kh|ph|qu|th|tr|ch|[bcdđghklmnprstvx]";
const NUCLEUS = [
  "uyê|uya|uyu|yêu|iêu|uôi|ươi|ươu|oai|oay|oao|oeo|uây",
  "iê|yê|ia|ua|uâ|uê|ui|uy|uô|uơ|ưa|ươ|ưi|ưu|oa|oă|oe|oi|oo|ôi|ơi|ai|ao|au|ay|âu|ây|eo|êu|iu",
  "[aăâeêioôơuưy]",
].join("|");
const CODA = "ng|nh|ch|[cmnpt]";

const SYLLABLE = new RegExp(`^(?:${ONSET})?(?:${NUCLEUS})(?:${CODA})?$`, "u");

/**
 * Whether a word has the shape of a Vietnamese syllable with at most one tone.
 *
 * Vietnamese writes every syllable as a word of its own, in a small grammar of sounds; words of other
 * languages, and Vietnamese read in the wrong encoding, rarely fit it.
 */
export function isVietnameseSyllable(word: string): boolean {
  const decomposed = word.toLowerCase().normalize("NFD");
  const toneless = decomposed.replace(TONE, "");
  if (decomposed.length - toneless.length > 1) return false;
  return SYLLABLE.test(toneless.normalize("NFC"));
}
