import { FREQUENT_HAN, FREQUENT_HANGUL, OTHER_CYRILLIC, RUSSIAN } from "./letters.ts";
import { isVietnameseSyllable } from "./vietnamese.ts";

/**
 * Scores say how plausible a decoding is: about +2 for a byte that makes the text look like the language,
 * a loss for one that does not. Sums over the same bytes, so those of rival decodings compare.
 */
type WordScore = (word: string) => number;

const IMPOSSIBLE = -12;
const MIXED_SCRIPTS = -3;
const ODD_SYMBOL = -1.5;

const WORD = /\p{L}[\p{L}\p{M}]*/gu;
const BEYOND_ASCII = /[^\0-\x7f]/gu;
const PUNCTUATION = /[\u00a0«»“”‘’„–—…•·©®™°§€£¥¿¡№₫]|[\u3000-\u303f\uff01-\uff60\uffe0-\uffe6]/u;
const NO_TEXT = /[\u0080-\u009f\ufffd\p{Co}\p{Cn}]/u;

/** Scores a whole decoding: its words by `ofWord`, everything between them by what it is. */
export function scoreText(text: string, ofWord: WordScore): number {
  let score = 0;
  for (const [word] of text.matchAll(WORD)) if (countBeyondAscii(word) > 0) score += ofWord(word);
  for (const [char] of text.replace(WORD, " ").matchAll(BEYOND_ASCII)) score += scoreOfSymbol(char);
  return score;
}

/** Words of Latin letters, of which those beyond ASCII are to be among `letters`. */
export function latinWord(letters: string): WordScore {
  const known = new Set(letters);
  return (word) => {
    if (!/^[\p{Script=Latin}\p{M}]+$/u.test(word)) return MIXED_SCRIPTS * countBeyondAscii(word);
    let score = word.search(/\p{Ll}\p{Lu}/u) >= 0 ? MIXED_SCRIPTS : 0;
    for (const [run] of word.matchAll(/[^\0-\x7f]+/gu)) score += scoreOfRun(run, known);
    return score + scoreOfMiddle(word);
  };
}

export const vietnameseWord: WordScore = (word) => {
  // A tone that is a byte of its own counts, as it does in the rival decodings.
  const bytes = countBeyondAscii(word);
  return isVietnameseSyllable(word) ? 2 * bytes : -2 * bytes;
};

export const cyrillicWord: WordScore = (word) => {
  if (!/^\p{Script=Cyrillic}+$/u.test(word)) return MIXED_SCRIPTS * countBeyondAscii(word);
  let score = word.search(/\p{Ll}\p{Lu}/u) >= 0 ? MIXED_SCRIPTS : 0;
  if (word.length > 1 && word === word.toUpperCase()) score -= 0.3 * word.length;
  for (const letter of word.toLowerCase()) score += scoreOfCyrillic(letter);
  return score;
};

/** Words wholly in one script that no other code page has, such as Greek or Thai. */
export function scriptWord(script: RegExp): WordScore {
  return (word) => {
    if (!script.test(word)) return MIXED_SCRIPTS * countBeyondAscii(word);
    return (word.search(/\p{Ll}\p{Lu}/u) >= 0 ? MIXED_SCRIPTS : 0) + 1.2 * word.length;
  };
}

/** Runs of Chinese characters, kana and Hangul, two bytes each; `foreign` are those the language does not mix in. */
export function eastAsianWord(foreign: RegExp): WordScore {
  return (word) => {
    let score = 0;
    for (const char of word) score += foreign.test(char) ? -2.5 : scoreOfEastAsian(char);
    return score;
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

function scoreOfRun(run: string, known: ReadonlySet<string>): number {
  let score = run.length > 1 ? -1.5 * run.length : 0;
  for (const letter of run.toLowerCase()) score += known.has(letter) ? 2 : -1.5;
  return score;
}

/** Vietnamese tones read as windows-1252 put ò, ì and ã where the languages that have them do not. */
function scoreOfMiddle(word: string): number {
  return -2 * [...word.matchAll(/[òì](?=\p{L})|ã(?![oes]|$)|õ(?![es]|$)/giu)].length;
}

function scoreOfCyrillic(letter: string): number {
  const rank = RUSSIAN.indexOf(letter);
  if (rank >= 0) return 2 - 3.5 * (rank / RUSSIAN.length) ** 1.5;
  return OTHER_CYRILLIC.includes(letter) ? 0 : -3;
}

function scoreOfSymbol(char: string): number {
  if (NO_TEXT.test(char)) return IMPOSSIBLE;
  return PUNCTUATION.test(char) ? 0.2 : ODD_SYMBOL;
}

function countBeyondAscii(word: string): number {
  return word.match(BEYOND_ASCII)?.length ?? 0;
}
