const TONES = /[\u0300\u0301\u0303\u0309\u0323]/g;
const MARKS = /\p{M}/gu;
const ASCII = /^[ -~]*$/;
const LETTERS = /[đøłßæœıðþ]/g;
const PLAIN: Readonly<Record<string, string>> = {
  đ: "d",
  ø: "o",
  ł: "l",
  ß: "ss",
  æ: "ae",
  œ: "oe",
  ı: "i",
  ð: "d",
  þ: "th",
};

/** A lower-case Latin or Greek word as people type it who leave the diacritics out: `đường` → `duong`. */
export function withoutDiacritics(word: string): string {
  if (ASCII.test(word)) return word;
  return word
    .normalize("NFD")
    .replace(MARKS, "")
    .replace(LETTERS, (letter) => PLAIN[letter] ?? letter);
}

/**
 * A lower-case Latin word with its diacritics, in one spelling: Vietnamese is written with the tone
 * on either vowel (`hoà`, `hòa`), so the tone goes to the end of the word.
 */
export function withToneLast(word: string): string {
  const decomposed = word.normalize("NFD");
  return decomposed.replace(TONES, "") + (decomposed.match(TONES) ?? []).join("");
}

/** A lower-case Cyrillic word without stress marks, with ё written as е, as most people write it. */
export function plainCyrillic(word: string): string {
  return word.replace(/[\u0300\u0301]/g, "").replaceAll("ё", "е");
}

/** A Hebrew or Arabic word without vowel points, with the letters that are written either way made one. */
export function plainSemitic(word: string): string {
  return word
    .replace(MARKS, "")
    .replaceAll("ـ", "")
    .replace(/[أإآٱ]/g, "ا")
    .replace(/[ىی]/g, "ي")
    .replaceAll("ک", "ك")
    .replaceAll("ة", "ه");
}
