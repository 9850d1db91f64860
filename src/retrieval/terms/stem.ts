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
