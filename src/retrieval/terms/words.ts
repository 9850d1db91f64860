import { plainCyrillic, plainSemitic, withoutDiacritics } from "./fold.ts";
import { spacelessTerms } from "./spaceless.ts";
import { stemEnglish, stemRussian } from "./stem.ts";

/** Longest term, in UTF-16 units; a longer word is cut, alike in documents and questions. */
const TERM_LENGTH_MAX = 64;

/** A term that is finished, or a Latin word in lower case whose terms depend on the text around it. */
export interface Word {
  readonly kind: "term" | "latin";
  readonly form: string;
  /** Whether it stands at the place of the word before it. */
  readonly joins?: boolean;
}

// A word, or words held together as in QD-1234/2020, user_id, 3.14, AT&T, C++. Comma and colon hold numbers only.
const COMPOUND =
  /[\p{L}\p{M}\p{N}]+(?:(?:[-\u2010_./'’@&+#]|(?<=\p{N})[,:](?=\p{N}))[\p{L}\p{M}\p{N}]+)*(?:\+{1,2}|#)?/gu;
const CONNECTOR = /[-\u2010_./'’@&+#,:]+/;
const POSSESSIVE = /['’]s$/i;
const THOUSANDS = /^\d{1,3}([.,'’])\d{3}(?:\1\d{3})*$/;
const INITIALS = /^\p{L}(?:\.\p{L})+$/u;
const HUMP = /(?<=\p{Ll})(?=\p{Lu})/u;
const SPACELESS =
  /[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}々〆ー\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Mymr}\p{sc=Hang}]/u;
// One run for each group of scripts, so that a dictionary never sees two at once.
const RUN =
  /[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}々〆ー]+|[\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Mymr}]+|\p{sc=Hang}+|[^\p{sc=Han}\p{sc=Hira}\p{sc=Kana}々〆ー\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Mymr}\p{sc=Hang}]+/gu;
const ASCII = /^[a-z0-9]+$/;
const LATIN = /\p{sc=Latn}/u;
const CYRILLIC = /\p{sc=Cyrl}/u;
const GREEK = /\p{sc=Grek}/u;
const SEMITIC = /[\p{sc=Arab}\p{sc=Hebr}]/u;

/** The words of a text in reading order; a code or a name in camelCase gives itself and its parts. */
export function wordsOf(text: string): Word[] {
  const words: Word[] = [];
  for (const [compound] of text.normalize("NFKC").matchAll(COMPOUND)) addCompound(words, compound);
  return words;
}

function addCompound(words: Word[], match: string): void {
  const compound = match.replace(POSSESSIVE, "");
  const parts = compound.split(CONNECTOR).filter((part) => part !== "");
  if (parts[0] !== compound) {
    if (THOUSANDS.test(compound)) return addTerm(words, parts.join(""));
    if (!SPACELESS.test(compound)) addWhole(words, compound);
  }
  for (const part of parts) addPart(words, part);
}

/** `user_id`, `user-id` and `userId` are one name; `3,14` and `3.14` one number; `U.S.` and `US` one state. */
function addWhole(words: Word[], compound: string): void {
  const joined = compound.replace(INITIALS, (initials) => initials.replaceAll(".", ""));
  const whole = joined
    .replace(/[-\u2010_'’]/g, "")
    .replaceAll(",", ".")
    .toLowerCase();
  if (whole.length > TERM_LENGTH_MAX) return;
  addTerm(words, ASCII.test(whole) ? stemEnglish(whole) : withoutDiacritics(whole));
}

function addPart(words: Word[], part: string): void {
  if (!SPACELESS.test(part)) return addCased(words, part);
  for (const [run] of part.matchAll(RUN)) {
    if (!SPACELESS.test(run)) addCased(words, run);
    else for (const { term, joins } of spacelessTerms(run)) addTerm(words, term, joins);
  }
}

function addCased(words: Word[], word: string): void {
  addWord(words, word);
  const humps = word.split(HUMP);
  if (humps.length > 1) for (const hump of humps) addWord(words, hump);
}

function addWord(words: Word[], cased: string): void {
  const form = cased.toLowerCase().slice(0, TERM_LENGTH_MAX);
  if (ASCII.test(form) || LATIN.test(form)) words.push({ kind: "latin", form });
  else if (CYRILLIC.test(form)) addTerm(words, stemRussian(plainCyrillic(form)));
  else if (GREEK.test(form)) addTerm(words, withoutDiacritics(form).replaceAll("ς", "σ"));
  else addTerm(words, SEMITIC.test(form) ? plainSemitic(form) : form);
}

/** Marks without a letter to stand on leave nothing to find. */
function addTerm(words: Word[], term: string, joins = false): void {
  if (term === "") return;
  words.push({ kind: "term", form: term.slice(0, TERM_LENGTH_MAX), joins });
}
