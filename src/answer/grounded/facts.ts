import type { Claim } from "./claim.ts";
import { type Language, languageOf } from "../words/language.ts";
import { isForeign } from "../words/names.ts";
import { type ClaimedNumber, claimedNumbers } from "../words/numbers.ts";
import { type Word, informativeWordsOf } from "../words/word.ts";

/** A language, or one that is not told from others. */
export type Tongue = Language | "foreign";

/** What of a claim can be looked for. */
export interface Facts {
  readonly text: string;
  /** But for numbers, which are written in many ways. */
  readonly words: readonly Word[];
  readonly numbers: readonly ClaimedNumber[];
  readonly tongue: Tongue;
}

export function factsOf({ text }: Claim): Facts {
  return {
    text,
    words: informativeWordsOf(text).filter((word) => !word.every((term) => /^\d/.test(term))),
    numbers: claimedNumbers(text),
    tongue: tongueOf(text),
  };
}

/** Texts of one tongue can be compared word by word. */
export function tongueOf(text: string): Tongue {
  return isForeign(text) ? "foreign" : languageOf(text);
}
