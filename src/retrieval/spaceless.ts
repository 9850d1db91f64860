// The dictionary is chosen by script, not by this locale; naming one keeps machines alike.
const WORDS = new Intl.Segmenter("en", { granularity: "word" });

/**
 * Terms of a run of a script that is written without spaces (Chinese, Japanese, Thai, …), or in Korean
 * with particles attached: its words by dictionary, and its pairs of characters, which still match
 * where the dictionary cuts a question and a document differently.
 */
export function spacelessTerms(run: string): string[] {
  const characters = Array.from(run);
  const terms = characters.length === 1 ? characters : pairs(characters);
  for (const { segment } of WORDS.segment(run))
    if (Array.from(segment).length > 2) terms.push(segment);
  return terms;
}

function pairs(characters: readonly string[]): string[] {
  return characters.slice(1).map((character, index) => `${characters[index]}${character}`);
}
