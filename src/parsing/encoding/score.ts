import { FREQUENT_HAN, FREQUENT_HANGUL } from "./letters.ts";
import { isVietnameseSyllable } from "./vietnamese.ts";

/**
 * Scores say how plausible a decoding is: about +2 for a byte that makes the text look like the language,
 * a loss for one that does not. Sums over the same bytes, so those of rival decodings compare.
 */
type WordScore = (word: string) => number;

const IMPOSSIBLE = -12;
/** A mark of ordinal numbers before a letter. */
const MISPLACED = -2;
const MIXED_SCRIPTS = -3;
const ODD_SYMBOL = -1.5;
/** Of letters that the language has, in a pair that it seldom has. */
const RARE_PAIR = -0.3;
/** A single Chinese or Korean character within a word of small Latin letters. */
const HAN_IN_LATIN = -4;
const ALONE_SHARE = 0.25;
/** Quotation marks between small letters, where DOS had umlauts. */
const QUOTE_IN_WORD = -3;
/** What Windows' programs put into English texts, which have no letters beyond ASCII to tell by. */
const WELL_PLACED = 1.8;
const PLACED_MARK = new RegExp(
  [
    "(?<=\\p{L})’(?=\\p{L})",
    "(?<![\\p{L}\\p{N}])[“‘„](?=[\\p{L}\\p{N}])",
    "(?<=[\\p{L}\\p{N}.,!?…])[”’“](?![\\p{L}\\p{N}])",
    "(?<=[\\s\\d])[–—](?=[\\s\\d])",
    "(?<=\\p{L})—(?=\\p{L})",
    "(?<=[\\p{L}\\p{N}.!?\\s])…(?![\\p{L}\\p{N}])",
    "(?<![\\p{L}\\p{N}])[•·«»‹›©](?![\\p{L}\\p{N}])",
    "(?<=[\\p{L}\\p{N}])[®™](?![\\p{L}\\p{N}])",
    "(?<=\\d|\\b[ck]?m)[²³](?![\\p{L}\\p{N}])",
    "(?<![\\p{L}.,])[½¼¾](?![\\p{L}\\p{N}])",
  ].join("|"),
  "gmu",
);

const CHARACTER_IN_LATIN =
  /(?<=[a-z]|^)\p{Script=Han}(?=[a-z])|(?<=[A-Za-z])\p{Script=Han}$|(?<=[a-z])\p{Script=Hangul}(?=[a-z])/gu;

const WORD = /\p{L}[\p{L}\p{M}]*/gu;
const BEYOND_ASCII = /[^\0-\x7f]/gu;
const PUNCTUATION = /[\u00a0«»“”‘’„–—…•·©®™°§€£¥¿¡№₫¤½]|[\u3000-\u303f\uff01-\uff60\uffe0-\uffe6]/u;
const NO_TEXT = /[\u0080-\u009f\ufffd\p{Co}\p{Cn}]/u;

/** A small word tells less than a pair of letters beyond ASCII, and many of them no more than two or three pairs. */
const SMALL_WORD = 0.7;
const SMALL_WORDS_MAX = 2;
const ASCII_WORD = /(?<![\p{L}\p{M}])[a-z]{1,8}(?![\p{L}\p{M}])/giu;

/** Scores a whole decoding: its words by `ofWord`, everything between them by what it is. */
export function scoreText(text: string, ofWord: WordScore): number {
  let score = 0;
  for (const [word] of text.matchAll(WORD)) if (countBeyondAscii(word) > 0) score += ofWord(word);
  score += WELL_PLACED * (text.match(PLACED_MARK)?.length ?? 0);
  score += QUOTE_IN_WORD * (text.match(/(?<=\p{Ll})[‚„“”](?=\p{Ll})/gu)?.length ?? 0);
  for (const [char] of text.replace(WORD, " ").matchAll(BEYOND_ASCII)) score += scoreOfSymbol(char);
  return score;
}

/**
 * How plausible a text is in a language of Latin letters: those beyond ASCII are to stand in pairs that it has. Where
 * they are few, its small words among the others decide.
 * @param language its pairs, and after a slash its small words
 */
export function latinText(language: string): (text: string) => number {
  const [pairs = "", small = ""] = language.split(" / ");
  const ofWord = latinWord(pairs);
  const words = new Set(small.split(" "));
  return (text) => {
    const found = (text.match(ASCII_WORD) ?? []).filter((word) => words.has(word.toLowerCase()));
    return scoreText(text, ofWord) + Math.min(SMALL_WORDS_MAX, SMALL_WORD * found.length);
  };
}

function latinWord(pairs: string): WordScore {
  const known = new Set(pairs.split(" "));
  const letters = new Set(pairs);
  const scoreOfPair = (pair: string) =>
    known.has(pair)
      ? 1
      : [...pair].every((letter) => isAscii(letter) || letters.has(letter))
        ? RARE_PAIR
        : -1;
  return (word) => {
    if (!/^[\p{Script=Latin}\p{M}]+$/u.test(word)) return MIXED_SCRIPTS * countBeyondAscii(word);
    let score = penaltyForCase(word) + MISPLACED * (word.match(/[ªº](?=\p{L})/gu)?.length ?? 0);
    const within = `_${word.replaceAll("İ", "i").toLowerCase()}_`;
    for (let at = 1; at < within.length; at++) {
      const pair = within.slice(at - 1, at + 1);
      if (!isAscii(pair)) score += scoreOfPair(pair);
    }
    return score;
  };
}

export const vietnameseWord: WordScore = (word) => {
  // A tone that is a byte of its own counts, as it does in the rival decodings.
  const bytes = countBeyondAscii(word);
  return isVietnameseSyllable(word) ? 2 * bytes : -2 * bytes;
};

/** Words that no language of an alphabet has: without vowels, without an accent, with the end of a word within. */
const MISSPELT: readonly RegExp[] = [
  /^[бвгджзйклмнпрстфхцчшщъь]{4,}$/i,
  /^[βγδζθκλμνξπρσςτφχψ]{3,}$/i,
  /^[α-ως]{6,}$/,
  /ς(?=\p{L})/u,
  /[ךםןףץ](?=\p{L})/u,
];
const MISSPELT_WORD = -4;

/** Words of an alphabet that Latin code pages have not: its frequent letters are to be frequent. */
export function alphabetWord(alphabet: RegExp, letters: string): WordScore {
  return (word) => {
    if (!alphabet.test(word)) return MIXED_SCRIPTS * countBeyondAscii(word);
    let score = penaltyForCase(word);
    if (MISSPELT.some((pattern) => pattern.test(word))) score += MISSPELT_WORD;
    if (word.length > 1 && word !== word.toLowerCase() && word === word.toUpperCase())
      score -= 0.3 * word.length;
    for (const letter of word.toLowerCase())
      score += scoreOfRank(letters.indexOf(letter), letters.length);
    return score;
  };
}

/** Words wholly in one script that no other code page has, such as Greek or Thai. */
export function scriptWord(script: RegExp): WordScore {
  return (word) => {
    if (!script.test(word)) return MIXED_SCRIPTS * countBeyondAscii(word);
    return word.length === 1 ? ALONE_SHARE : 1.2 * word.length;
  };
}

/** Runs of Chinese characters, kana and Hangul, two bytes each; `foreign` are those the language does not mix in. */
export function eastAsianWord(foreign: RegExp): WordScore {
  return (word) => {
    let score = HAN_IN_LATIN * (word.match(CHARACTER_IN_LATIN)?.length ?? 0);
    for (const char of word) score += foreign.test(char) ? -2.5 : scoreOfEastAsian(char);
    // Alone it may as well be a quotation mark of Windows and the letter after it.
    return score > 0 && countBeyondAscii(word) === 1 ? score * ALONE_SHARE : score;
  };
}

function scoreOfEastAsian(char: string): number {
  if (char <= "\x7f") return 0;
  if (/[\u3040-\u30ff]/u.test(char)) return 3.5;
  if (/[\uff66-\uff9f]/u.test(char)) return -1;
  if (FREQUENT_HAN.has(char) || FREQUENT_HANGUL.has(char)) return 4;
  if (/[\u4e00-\u9fa5\uac00-\ud7a3]/u.test(char)) return 0.3;
  return -3;
}

/** @param rank of a letter in its alphabet, -1 if it is not in it */
function scoreOfRank(rank: number, letters: number): number {
  return rank < 0 ? -3 : 2 - 3.5 * (rank / letters) ** 1.5;
}

/** No word goes on in capitals after small letters. */
function penaltyForCase(word: string): number {
  return word.search(/\p{Ll}\p{Lu}/u) >= 0 ? MIXED_SCRIPTS : 0;
}

function scoreOfSymbol(char: string): number {
  if (NO_TEXT.test(char)) return IMPOSSIBLE;
  return PUNCTUATION.test(char) ? 0.2 : ODD_SYMBOL;
}

function isAscii(text: string): boolean {
  return /^[\0-\x7f]*$/.test(text);
}

function countBeyondAscii(word: string): number {
  return word.match(BEYOND_ASCII)?.length ?? 0;
}
