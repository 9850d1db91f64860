import { plainCyrillic, plainSemitic, withoutDiacritics, withToneLast } from "./fold.ts";
import { stemEnglish, stemRussian } from "./stem.ts";
import { spacelessTerms } from "./spaceless.ts";

/** Longest term, in UTF-16 units; a longer word is cut, alike in documents and queries. */
const TERM_LENGTH_MAX = 64;

/** A question pasted from a whole document must not become a query of thousands of terms. */
const QUERY_TERMS_MAX = 200;

// A word, or words held together as in QD-1234/2020, user_id, 3.14, AT&T, C++. Comma and colon hold numbers only.
const COMPOUND =
  /[\p{L}\p{M}\p{N}]+(?:(?:[-\u2010_./'’@&+#]|(?<=\p{N})[,:](?=\p{N}))[\p{L}\p{M}\p{N}]+)*(?:\+{1,2}|#)?/gu;
const CONNECTOR = /[-\u2010_./'’@&+#,:]+/;
const RUN =
  /[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}々〆ー]+|[\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Mymr}]+|\p{sc=Hang}+|[^\p{sc=Han}\p{sc=Hira}\p{sc=Kana}々〆ー\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Mymr}\p{sc=Hang}]+/gu;
const SPACELESS =
  /[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Mymr}\p{sc=Hang}]/u;
const ASCII_WORD = /^[a-z0-9]+$/;
const THOUSANDS = /^\d{1,3}(?:([.,'’])\d{3})(?:\1\d{3})*$/;
const POSSESSIVE = /['’]s$/i;
const INITIALS = /^\p{L}(?:\.\p{L})+$/u;

/**
 * The terms that a text is indexed and searched by, in reading order, repeated as often as they occur.
 * Pure; the same for documents and queries. One word may give several terms: a code gives itself and
 * its parts, a word with diacritics gives itself and its plain form, so that both spellings find it
 * and the exact one ranks higher.
 */
export function termsOf(text: string): string[] {
  const terms: string[] = [];
  for (const [compound] of text.normalize("NFKC").matchAll(COMPOUND)) addCompound(terms, compound);
  return terms;
}

/** The distinct terms of a question, at most 200. */
export function queryTermsOf(text: string): string[] {
  return [...new Set(termsOf(text))].slice(0, QUERY_TERMS_MAX);
}

function addCompound(terms: string[], match: string): void {
  const compound = match.replace(POSSESSIVE, "");
  const parts = compound.split(CONNECTOR).filter((part) => part !== "");
  if (parts.length > 1 || parts[0] !== compound) {
    if (THOUSANDS.test(compound)) return void terms.push(parts.join(""));
    if (!SPACELESS.test(compound)) addWhole(terms, compound);
  }
  for (const part of parts) addPart(terms, part);
}

/** `user_id`, `user-id` and `userId` are one name; `3,14` and `3.14` one number; `U.S.` and `US` one state. */
function addWhole(terms: string[], compound: string): void {
  const joined = compound.replace(INITIALS, (initials) => initials.replaceAll(".", ""));
  const whole = joined.replace(/[-\u2010_'’]/g, "").replaceAll(",", ".");
  if (whole.length <= TERM_LENGTH_MAX) addWord(terms, whole.toLowerCase());
}

function addPart(terms: string[], part: string): void {
  if (!SPACELESS.test(part)) return addCased(terms, part);
  for (const [run] of part.matchAll(RUN)) {
    if (SPACELESS.test(run)) terms.push(...spacelessTerms(run));
    else addCased(terms, run);
  }
}

/** A word; of `userName` the parts too. */
function addCased(terms: string[], word: string): void {
  addWord(terms, word.toLowerCase().slice(0, TERM_LENGTH_MAX));
  const humps = word.split(/(?<=\p{Ll})(?=\p{Lu})/u);
  if (humps.length > 1)
    for (const hump of humps) addWord(terms, hump.toLowerCase().slice(0, TERM_LENGTH_MAX));
}

function addWord(terms: string[], word: string): void {
  if (ASCII_WORD.test(word)) terms.push(stemEnglish(word));
  else if (/\p{sc=Cyrl}/u.test(word)) terms.push(stemRussian(plainCyrillic(word)));
  else if (/\p{sc=Latn}/u.test(word))
    terms.push(withToneLast(word), stemEnglish(withoutDiacritics(word)));
  else if (/\p{sc=Grek}/u.test(word)) terms.push(withoutDiacritics(word).replaceAll("ς", "σ"));
  else terms.push(/[\p{sc=Arab}\p{sc=Hebr}]/u.test(word) ? plainSemitic(word) : word);
}
