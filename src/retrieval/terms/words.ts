import { normalised, numberTermsOf, wholeOf } from "./code.ts";
import { plainCyrillic, plainSemitic, withoutDiacritics } from "./fold.ts";
import { SPACELESS, spacelessTerms } from "./spaceless.ts";
import { stemArabic, stemEnglish, stemRussian } from "./stem.ts";

/** Longest term, in UTF-16 units; a longer word is cut, alike in documents and questions. */
const TERM_LENGTH_MAX = 64;

/** A term that is finished, or a Latin word in lower case whose terms depend on the text around it. */
export interface Word {
  readonly kind: "term" | "latin";
  readonly form: string;
  /** Whether it stands at the place of the word before it. */
  readonly joins?: boolean;
}

// A word, or words held together as in QD-1234/2020, user_id, 3.14, AT&T, C++, .NET. Comma and colon hold numbers only.
const COMPOUND =
  /(?:(?<![^\s([{"“])\.(?=\p{L}))?[\p{L}\p{M}\p{N}]+(?:(?:[-\u2010_./'’@&+#]|(?<=\p{N})[,:](?=\p{N}))[\p{L}\p{M}\p{N}]+)*(?:\+{1,2}|#)?/gu;
const CONNECTOR = /[-\u2010_./'’@&+#,:]+/;
/** What is left out or put in at will: `Anna's`, `www.example.com`. */
const ADDITION = /^www\.|['’]s$/gi;
/** What holds the parts of an address or a path together, which are looked for by themselves. */
const DIVIDER = /[/:@]+/;
const HUMP = /(?<=\p{Ll})(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll}{2})/u;
/** A name and its number, a number and its unit: `iPhone15`, `covid19`, `10km`, `v2`; but `H2O` and `21st` are one. */
const LETTERS_AND_NUMBER = /^(?!\d+(?:st|nd|rd|th)$)(?:(?:v|(\p{L}{2,}))(\d+)|(\d+)(\p{L}{2,}))$/iu;
// One run for each group of scripts, so that a dictionary never sees two at once.
const RUN =
  /[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}々〆ー]+|[\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Mymr}]+|\p{sc=Hang}+|[^\p{sc=Han}\p{sc=Hira}\p{sc=Kana}々〆ー\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Mymr}\p{sc=Hang}]+/gu;
const ASCII = /^[a-z0-9]+$/;
const LATIN = /\p{sc=Latn}/u;
const CYRILLIC = /\p{sc=Cyrl}/u;
const GREEK = /\p{sc=Grek}/u;
const ARABIC = /\p{sc=Arab}/u;
const HEBREW = /\p{sc=Hebr}/u;

/** The words of a text in reading order; a code or a name in camelCase gives itself and its parts. */
export function wordsOf(text: string): Word[] {
  const words: Word[] = [];
  for (const [compound] of normalised(text).matchAll(COMPOUND)) addCompound(words, compound);
  return words;
}

function addCompound(words: Word[], match: string): void {
  const compound = match.replace(ADDITION, "");
  const number = numberTermsOf(compound);
  if (number) return number.forEach((term) => addTerm(words, term));
  const pieces = compound.split(DIVIDER).filter((piece) => piece !== "");
  if (pieces.length > 1 && !SPACELESS.test(compound)) addWhole(words, compound);
  for (const piece of pieces) addPiece(words, piece);
}

function addPiece(words: Word[], piece: string): void {
  const parts = piece.split(CONNECTOR).filter((part) => part !== "");
  if (parts[0] !== piece && !SPACELESS.test(piece)) addWhole(words, piece);
  for (const part of parts) addPart(words, part);
}

function addWhole(words: Word[], compound: string): void {
  const whole = wholeOf(compound);
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
  const [, ...parts] = LETTERS_AND_NUMBER.exec(word) ?? [];
  const found = parts.filter((part) => part !== undefined);
  if (found.length > 0) return found.forEach((part) => addCased(words, part));
  const humps = word.split(HUMP);
  if (humps.length > 1) for (const hump of humps) addWord(words, hump);
}

function addWord(words: Word[], cased: string): void {
  const form = cased.toLowerCase().slice(0, TERM_LENGTH_MAX);
  if (ASCII.test(form) || LATIN.test(form)) words.push({ kind: "latin", form });
  else if (CYRILLIC.test(form)) addTerm(words, stemRussian(plainCyrillic(form)));
  else if (GREEK.test(form)) addTerm(words, withoutDiacritics(form).replaceAll("ς", "σ"));
  else if (ARABIC.test(form)) addTerm(words, stemArabic(plainSemitic(form)));
  else addTerm(words, HEBREW.test(form) ? plainSemitic(form) : form);
}

/** Marks without a letter to stand on leave nothing to find. */
function addTerm(words: Word[], term: string, joins = false): void {
  if (term === "") return;
  words.push({ kind: "term", form: term.slice(0, TERM_LENGTH_MAX), joins });
}
