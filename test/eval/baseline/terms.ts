import { stemEnglish } from "../../../src/retrieval/terms/stem.ts";
import type { SetLanguage } from "../language.ts";

// What PostgreSQL's `english` leaves out (Snowball's list).
const STOP_WORDS = new Set(
  (
    "i me my myself we our ours ourselves you your yours yourself yourselves he him his himself she her hers herself it its " +
    "itself they them their theirs themselves what which who whom this that these those am is are was were be been being have " +
    "has had having do does did doing a an the and but if or because as until while of at by for with about against between " +
    "into through during before after above below to from up down in out on off over under again further then once here there " +
    "when where why how all any both each few more most other some such no nor not only own same so than too very s t can will " +
    "just don should now"
  ).split(" "),
);
const WORD = /[\p{L}\p{M}\p{N}]+/gu;
const SPACELESS_RUN =
  /[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Mymr}]+|[^\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Mymr}]+/gu;
const SPACELESS = /[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Mymr}]/u;

/** A text as plain BM25 sees it: terms in reading order. */
export type TermsOf = (text: string) => string[];

/** The terms that are usual for a language. */
export const PLAIN_TERMS: Readonly<Record<SetLanguage, TermsOf>> = {
  English: (text) =>
    wordsOf(text)
      .filter((word) => !STOP_WORDS.has(word))
      .map(stemEnglish),
  Vietnamese: wordsOf,
  spaced: wordsOf,
  spaceless: (text) => wordsOf(text).flatMap(bigramsOf),
};

function wordsOf(text: string): string[] {
  return text.normalize("NFC").toLowerCase().match(WORD) ?? [];
}

function bigramsOf(word: string): string[] {
  return (word.match(SPACELESS_RUN) ?? []).flatMap((run) => {
    if (!SPACELESS.test(run)) return [run];
    const characters = Array.from(run);
    return characters.length === 1
      ? characters
      : characters.slice(1).map((character, at) => `${characters[at]}${character}`);
  });
}
