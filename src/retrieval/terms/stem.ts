import snowball from "snowball-stemmers";

/** What this program uses of snowball-stemmers, which ships no types. */
interface Stemmer {
  stem(word: string): string;
}

// Words repeat: a cache turns most stemming into a look-up. Cleared when full, so memory is bounded.
const CACHED_WORDS_MAX = 50_000;

function cached(stemmer: Stemmer): (word: string) => string {
  const cache = new Map<string, string>();
  return (word) => {
    const known = cache.get(word);
    if (known !== undefined) return known;
    if (cache.size >= CACHED_WORDS_MAX) cache.clear();
    const stem = stemmer.stem(word);
    cache.set(word, stem);
    return stem;
  };
}

/** The English stem of a lower-case word (Snowball "english", also called Porter 2). */
export const stemEnglish = cached(snowball.newStemmer("english"));

/** The Russian stem of a lower-case word (Snowball "russian"). */
export const stemRussian = cached(snowball.newStemmer("russian"));

const ARABIC_PREFIX = /^و?(?:[بكف]?ال|لل)(?=.{2})|^و(?=.{3})/u;
const ARABIC_SUFFIX = /(?<=.{2})(?:ها|ان|ات|ون|ين|يه|ه|ي)$/u;

/** An Arabic word without article, conjunction and ending ("light 10", Larkey, Ballesteros and Connell 2002). */
export function stemArabic(word: string): string {
  return word.replace(ARABIC_PREFIX, "").replace(ARABIC_SUFFIX, "");
}

/** Languages in Latin letters, beside English, whose words are found whatever their ending. */
export type StemmedLanguage =
  | "czech"
  | "danish"
  | "dutch"
  | "finnish"
  | "french"
  | "german"
  | "hungarian"
  | "italian"
  | "norwegian"
  | "portuguese"
  | "romanian"
  | "spanish"
  | "swedish"
  | "turkish";

const stemmers = new Map<StemmedLanguage, (word: string) => string>();

/** The stem of a lower-case word by the Snowball algorithm of its language. */
export function stemIn(language: StemmedLanguage, word: string): string {
  const known = stemmers.get(language);
  if (known) return known(word);
  const stemmer = cached(snowball.newStemmer(language));
  stemmers.set(language, stemmer);
  return stemmer(word);
}
