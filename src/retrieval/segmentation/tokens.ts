import { isWhite } from "./sentences.ts";

// Approximate tokens for one UTF-16 unit, as current tokenizers spend them on running text.
const ASCII_TOKENS = 0.25;
const LETTER_TOKENS = 0.45;
const IDEOGRAPH_TOKENS = 1;

/** How far a cut may move back so as not to split a character, in UTF-16 units. */
const CHARACTER_LENGTH_MAX = 16;
const EXTENDS = /\p{M}|\u200d|\p{Emoji_Modifier}/u;

/** About how many tokens a language model spends on this stretch of a text. */
export function tokensIn(text: string, start: number, end: number): number {
  let tokens = 0;
  for (let index = start; index < end; index++) tokens += tokensOf(text.charCodeAt(index));
  return tokens;
}

function tokensOf(unit: number): number {
  if (unit < 0x80) return ASCII_TOKENS;
  // From the CJK radicals to the Hangul syllables; surrogates stand for rare characters, two units each.
  return unit >= 0x2e80 && unit <= 0xd7ff ? IDEOGRAPH_TOKENS : LETTER_TOKENS;
}

/**
 * Where a part that starts at `start` and holds at most `tokensMax` tokens should end: at `limit` if
 * all fits, else after white space in its second half, else between two characters. Always after `start`.
 */
export function fittingEnd(text: string, start: number, limit: number, tokensMax: number): number {
  let tokens = 0;
  let space = -1;
  for (let index = start; index < limit; index++) {
    const unit = text.charCodeAt(index);
    tokens += tokensOf(unit);
    if (tokens > tokensMax) return space > 0 ? space : characterBoundary(text, start, index);
    if (tokens > tokensMax / 2 && isWhite(unit)) space = index + 1;
  }
  return limit;
}

/** The boundary between two characters at or shortly before `index`. */
function characterBoundary(text: string, start: number, index: number): number {
  const first = Math.max(start + 1, index - CHARACTER_LENGTH_MAX);
  for (let end = index; end >= first; end--) if (!splits(text, end)) return end;
  return isLowSurrogate(text.charCodeAt(index)) ? index - 1 : index;
}

function splits(text: string, index: number): boolean {
  if (isLowSurrogate(text.charCodeAt(index))) return true;
  if (text.charCodeAt(index - 1) === 0x200d) return true;
  return EXTENDS.test(String.fromCodePoint(text.codePointAt(index) ?? 0));
}

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}
