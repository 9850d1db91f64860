// The dictionary is chosen by script, not by this locale; naming one keeps machines alike.
const WORDS = new Intl.Segmenter("en", { granularity: "word" });

/** A character of the scripts of `spacelessTerms`. */
export const SPACELESS =
  /[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}々〆ー\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Mymr}\p{sc=Hang}]/u;

/** A term, and whether it stands at the place of the one before it. */
export interface SpacelessTerm {
  readonly term: string;
  readonly joins: boolean;
}

/**
 * Terms of a run of a script that is written without spaces (Chinese, Japanese, Thai, …), or in Korean
 * with particles attached: its words by dictionary, and its pairs of characters, which still match
 * where the dictionary cuts a question and a document differently. In reading order.
 */
export function spacelessTerms(run: string): SpacelessTerm[] {
  const characters = Array.from(run);
  if (characters.length === 1) return [{ term: run, joins: false }];
  const terms: SpacelessTerm[] = [];
  let at = 0;
  for (const { segment } of WORDS.segment(run)) {
    const length = Array.from(segment).length;
    for (let within = 0; within < length; within++, at++) {
      const next = characters[at + 1];
      if (next !== undefined) terms.push({ term: `${characters[at]}${next}`, joins: false });
      // Shorter words are such pairs.
      if (within === 0 && length > 2) terms.push({ term: segment, joins: true });
    }
  }
  return terms;
}
