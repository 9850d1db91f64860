import { termsOf } from "../../retrieval/terms/terms.ts";
import { isFunctionWord } from "./function-words.ts";
import { languageOf } from "./language.ts";
import { isNumberWord } from "./numbers.ts";

/** The words of a name that stand together; any of them found is the name found: "Olson" is "Mary Olson". */
export type Name = readonly (readonly string[])[];

/** A capital that does not begin the sentence, what was quoted, or what was announced. */
const NAME =
  /(?<=[\p{L}\p{M}\p{N},;)][^\S\n]+["'“«(*_]{0,3})\p{Lu}[\p{L}\p{M}\p{N}'’-]+(?:[^\S\n]+\p{Lu}[\p{L}\p{M}\p{N}'’-]+)*/gu;
/** A name in Latin letters within a text of another script. */
const LATIN_NAME =
  /\p{Lu}[\p{sc=Latin}\p{M}\p{N}'’-]+(?:[^\S\n]+\p{Lu}[\p{sc=Latin}\p{M}\p{N}'’-]+)*/gu;
/** Words of a sentence that tell of English, and words that are needed to tell. */
const ENGLISH_SHARE_MIN = 0.15;
const TELLING_WORDS_MIN = 6;

/** The names of a claim. None where capitals mean something else: every noun of German has one. Pure. */
export function namesIn(claim: string): Name[] {
  const found = isForeign(claim) ? [] : (claim.match(NAME) ?? []);
  return found.flatMap(nameOf);
}

/** The names that stand out in a text of another script, and are the same in all languages. Pure. */
export function latinNamesIn(claim: string): Name[] {
  return (claim.match(LATIN_NAME) ?? []).flatMap(nameOf);
}

function nameOf(written: string): Name[] {
  const words = written.split(/\s+/u).filter((word) => word.length > 1 && !isNumberWord(word));
  const terms = words.map((word) => termsOf(word)).filter((each) => each.length > 0);
  return terms.length > 0 ? [terms] : [];
}

export function isNamed(name: Name, terms: ReadonlySet<string>): boolean {
  return name.some((word) => word.some((term) => terms.has(term)));
}

/** Whether a text is surely in a language that the engine takes for English for want of a better guess. */
export function isForeign(text: string): boolean {
  if (languageOf(text) !== "en") return false;
  const words = text.match(/[\p{L}\p{M}]+/gu) ?? [];
  const small = words.filter((word) => isFunctionWord(word, "en")).length;
  return words.length >= TELLING_WORDS_MIN && small < ENGLISH_SHARE_MIN * words.length;
}
