import { withoutDiacritics, withToneLast } from "./fold.ts";
import {
  isFunctionWord,
  languageOfText,
  languagesOfQuestion,
  type QuestionLanguages,
} from "./latin-language.ts";
import { stemEnglish, stemIn, type StemmedLanguage } from "./stem.ts";
import { STOP_TERMS, VIETNAMESE_STOP_TERMS } from "./stopwords.ts";
import { isPlainSyllable } from "./syllable.ts";
import { type Word, wordsOf } from "./words.ts";

/** A question pasted from a whole document must not become a query of thousands of terms. */
const QUERY_TERMS_MAX = 200;

/** A text is Vietnamese if at least one Latin word in this many has a letter that no other language has. */
const LATIN_WORDS_PER_VIETNAMESE_MAX = 10;

// Letters with horn, hook above or dot below, or two marks at once; others (à, ê, đ) occur elsewhere too.
const VIETNAMESE = /[ơưảẻỉỏủỷạẹịọụỵĩũỹấầẩẫậắằẳẵặếềểễệốồổỗộớờởỡợứừửữự]/;

/**
 * Words of three letters at least with hyphens between: where documents join them they are found joined too, but
 * a question that asked for them both ways would count them twice.
 */
const HYPHENATED =
  /(?<![\p{L}\p{M}\p{N}_./'’@&+#-])\p{L}[\p{L}\p{M}]{2,}(?:[-\u2010]\p{L}[\p{L}\p{M}]{2,})+(?![./'’]?[\p{L}\p{M}\p{N}]|[_@&+#-])/gu;
const HYPHEN = /[-\u2010]/g;

/** A single letter is no word with an ending. */
const STEMMED_LENGTH_MIN = 2;

/** The terms of a text in reading order; those of one word, in its several spellings, stand at one place. */
export interface PositionedTerms {
  readonly terms: readonly string[];
  /** Of each term; ascending. */
  readonly places: readonly number[];
  /** That it is in, if it is one with stems of its own. */
  readonly language?: StemmedLanguage | undefined;
}

/** The terms that a text is indexed by, in reading order, repeated as often as they occur. Pure. */
export function termsOf(text: string): readonly string[] {
  return positionedTermsOf(text).terms;
}

/**
 * The same with their places. Pure.
 *
 * Plain and exact spelling have terms of their own: in a Vietnamese text every word also gives
 * `~` and its plain form, and every two neighbours give `~` and both plain forms, since one plain
 * syllable stands for a dozen words and only the pair tells which. So a question without diacritics
 * finds them, and a question with diacritics is not led astray by them. In a text in German, French or
 * another language with stems of its own every word also gives `~.` and its stem, so that no English word is led
 * astray by those.
 * @param around the language of what a title or a heading stands over, if that is known
 */
export function positionedTermsOf(text: string, around?: StemmedLanguage): PositionedTerms {
  const words = wordsOf(text);
  const isVietnamese = isVietnameseText(words);
  const language = isVietnamese ? undefined : (around ?? languageOfText(plainFormsOf(words)));
  const terms: string[] = [];
  const places: number[] = [];
  let place = -1;
  words.forEach((word, index) => {
    if (!word.joins) place++;
    addTerms(terms, word, isVietnamese, isVietnamese ? words[index - 1] : undefined);
    if (language) addStems(terms, word, [language]);
    while (places.length < terms.length) places.push(place);
  });
  return { terms, places, language };
}

function plainFormsOf(words: readonly Word[]): string[] {
  return words.filter(isLetters).map(({ form }) => withoutDiacritics(form));
}

/** Whether it is a Latin word, not a code. */
function isLetters({ kind, form }: Word): boolean {
  return kind === "latin" && !/\d/.test(form);
}

function addTerms(
  terms: string[],
  word: Word,
  isVietnamese: boolean,
  previous: Word | undefined,
): void {
  if (word.kind === "term") return void terms.push(word.form);
  const plain = withoutDiacritics(word.form);
  addSpellings(terms, word.form, plain, isVietnamese);
  if (isVietnamese) addPlain(terms, plain, previous);
}

/**
 * The distinct terms that a question is searched by, at most 200: a word with diacritics looks for
 * that spelling, a word without looks for either. Words that every text has are left out, unless the
 * question has no others. Pure.
 */
export function queryTermsOf(question: string): string[] {
  const read = wordsOf(question.replace(HYPHENATED, (joined) => joined.replace(HYPHEN, " ")));
  const isVietnamese = read.some(({ form }) => VIETNAMESE.test(form));
  const maybePlain = isVietnamese || isPlainVietnamese(read);
  const { plausible, sure } = isVietnamese ? NO_LANGUAGE : languagesOf(read);
  // Vietnamese syllables such as `da`, `nao` and `la` are small words elsewhere.
  const words = sure && !maybePlain ? withoutFunctionWords(read, sure) : read;
  const terms: string[] = [];
  words.forEach((word, index) => {
    if (word.kind === "term") return void terms.push(word.form);
    const plain = withoutDiacritics(word.form);
    addSpellings(terms, word.form, plain, isVietnamese);
    if (maybePlain && plain === word.form) addPlain(terms, plain, words[index - 1]);
  });
  // Of a pasted document more would be stemmed than is asked for.
  for (const word of words.slice(0, QUERY_TERMS_MAX)) addStems(terms, word, plausible);
  const all = [...new Set(terms)];
  const stop = isVietnamese ? VIETNAMESE_STOP_TERMS : STOP_TERMS;
  const telling = all.filter((term) => !stop.has(term));
  const isTelling = telling.some((term) => !term.startsWith("~"));
  return (isTelling ? telling : all).slice(0, QUERY_TERMS_MAX);
}

const NO_LANGUAGE: QuestionLanguages = { plausible: [] };

/** What looks like Vietnamese syllables, and has no small word of another language, is in none of these. */
function languagesOf(words: readonly Word[]): QuestionLanguages {
  const plain = plainFormsOf(words);
  const languages = languagesOfQuestion(plain);
  const isUnknown = languages.plausible.length > 1 && plain.every(isPlainSyllable);
  return isUnknown ? NO_LANGUAGE : languages;
}

function withoutFunctionWords(words: readonly Word[], language: StemmedLanguage): readonly Word[] {
  const telling = words.filter(
    ({ kind, form }) => kind === "term" || !isFunctionWord(withoutDiacritics(form), language),
  );
  return telling.length > 0 ? telling : words;
}

/** Whether a question may be Vietnamese typed without diacritics: half of its words could be syllables. */
function isPlainVietnamese(words: readonly Word[]): boolean {
  const latin = plainFormsOf(words);
  const syllables = latin.filter(isPlainSyllable);
  return latin.length > 0 && syllables.length * 2 >= latin.length;
}

function isVietnameseText(words: readonly Word[]): boolean {
  let latin = 0;
  let vietnamese = 0;
  for (const { kind, form } of words) {
    if (kind !== "latin") continue;
    latin++;
    if (VIETNAMESE.test(form)) vietnamese++;
  }
  return vietnamese > 0 && vietnamese * LATIN_WORDS_PER_VIETNAMESE_MAX >= latin;
}

/** The word as it is spelt; outside Vietnamese, where diacritics seldom tell words apart, without them too. */
function addSpellings(terms: string[], form: string, plain: string, isVietnamese: boolean): void {
  if (form !== plain) terms.push(withToneLast(form));
  if (form === plain || !isVietnamese) terms.push(stemEnglish(plain));
}

function addPlain(terms: string[], plain: string, previous: Word | undefined): void {
  terms.push(`~${plain}`);
  if (previous?.kind === "latin") terms.push(`~${withoutDiacritics(previous.form)}_${plain}`);
}

/** By the word as it is spelt, and as those spell it who leave the diacritics out. */
function addStems(terms: string[], word: Word, languages: readonly StemmedLanguage[]): void {
  if (!isLetters(word) || word.form.length < STEMMED_LENGTH_MIN) return;
  const plain = withoutDiacritics(word.form);
  const meant = languages.filter((language) => !isFunctionWord(plain, language));
  const stems = meant.flatMap((language) => [
    withoutDiacritics(stemIn(language, word.form)),
    withoutDiacritics(stemIn(language, plain)),
  ]);
  for (const stem of new Set(stems)) terms.push(`~.${stem}`);
}
