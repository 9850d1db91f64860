/** Ligatures and Arabic, Hebrew and upright forms that fonts have and nobody types. */
const PRESENTATION_FORMS =
  /[\ufb00-\ufb4f\ufb50-\ufdff\ufe10-\ufe19\ufe30-\ufe4f\ufe70-\ufefc\u2f00-\u2fdf]+/gu;
const SPACES = /[\u00a0\u1680\u2000-\u200a\u202f\u205f\t\n\r]/g;
/** Zero-width spaces and marks, and codes of glyphs that the font names no character for. */
const INVISIBLE =
  /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\ufffe\uffff]/g;
/** How Symbol and Wingdings number the bullets that word processors use. */
const SYMBOL_BULLETS = /[\uf0b7\uf0a7\uf0d8\uf076]/g;

const COMBINING: Readonly<Record<string, string>> = {
  "¨": "\u0308",
  "´": "\u0301",
  ˆ: "\u0302",
  "˜": "\u0303",
  ˇ: "\u030c",
  "˘": "\u0306",
  "˚": "\u030a",
  "˙": "\u0307",
};
/** An acute alone may be a quotation mark, so it needs a letter before it, or a vowel after it. */
const LONE_ACCENT = /([¨ˆ˜ˇ˘˚˙])(\p{L})|(?<=\p{L})(´)([aeiouyclnrsz])/giu;

const RTL_LETTER =
  /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/gu;

/** The text of one piece as a reader would type it. */
export function tidyPiece(text: string): string {
  return text
    .replace(PRESENTATION_FORMS, (forms) => forms.normalize("NFKC"))
    .replace(SPACES, " ")
    .replace(INVISIBLE, "")
    .replace(SYMBOL_BULLETS, "•");
}

/** A whole line of letters that are set apart for show: `C O N T E N T S`, words being farther apart. */
const LETTER_SPACED = /^\p{L}(?: \p{L}){3,}(?: {2,}\p{L}(?: \p{L})*)*$/u;

/** A line without gaps wider than a space, and with letters that were set apart brought together. */
export function tidyLine(text: string): string {
  const line = text.trim();
  const words = LETTER_SPACED.test(line) ? line.replace(/(?<! ) (?! )/g, "") : line;
  return words.replace(/ {2,}/g, " ");
}

/** Whether most letters of a text read from right to left. */
export function isRtl(text: string): boolean {
  // Nearly every text has none, and is not looked at twice.
  const rtlLetters = text.match(RTL_LETTER)?.length ?? 0;
  return rtlLetters > 0 && 2 * rtlLetters > (text.match(/\p{L}/gu)?.length ?? 0);
}

/** Old TeX fonts have no ü: an accent stands by itself before its letter. */
export function composeAccents(text: string): string {
  return text.replace(LONE_ACCENT, (both, ...groups: string[]) => {
    const [accent = "", letter = ""] = groups.slice(0, 4).filter(Boolean);
    const base = letter === "ı" ? "i" : letter;
    const mark = COMBINING[accent];
    return mark === undefined ? both : (base + mark).normalize("NFC");
  });
}
