import { isVietnameseSyllable } from "./vietnamese.ts";

/** A text as the font shows it, of the letters that the file holds. */
export type FontReading = (text: string) => string;

/** The letters of TCVN 5712 (VN3, "ABC"), by the signs of windows-1252 that stand in their places. */
const TCVN3 = new Map(
  [
    "¡Ă ¢Â £Ê ¤Ô ¥Ơ ¦Ư §Đ ¨ă ©â ªê «ô ¬ơ \u00adư ®đ",
    "µà ¶ả ·ã ¸á ¹ạ »ằ ¼ẳ ½ẵ ¾ắ Æặ Çầ Èẩ Éẫ Êấ Ëậ",
    "Ìè Îẻ Ïẽ Ðé Ñẹ Òề Óể Ôễ Õế Öệ ×ì Øỉ Üĩ Ýí Þị",
    "ßò áỏ âõ ãó äọ åồ æổ çỗ èố éộ êờ ëở ìỡ íớ îợ",
    "ïù ñủ òũ óú ôụ õừ öử ÷ữ øứ ùự úỳ ûỷ üỹ ýý þỵ",
  ].flatMap((row) => row.split(" ").map(([sign = "", letter = ""]) => [sign, letter] as const)),
);

/** The marks that VNI sets behind a vowel, and what each puts on it. */
const VNI_MARKS = new Map([
  ...marks("ùøûõï", ""),
  ...marks("áàåãä", "\u0302").set("â", "\u0302"),
  ...marks("éèúüë", "\u0306").set("ê", "\u0306"),
]);

/** The letters that VNI writes as one sign. */
const VNI_LETTERS = new Map(["íí", "ìì", "æỉ", "óĩ", "òị", "ôơ", "öư", "îỵ", "ñđ"].map(pairOf));

const VNI = /([aeouyôö])([ùøûõï])|([aeo])([âáàåãä])|(a)([êéèúüë])|[íìæóòôöîñ]/gi;

/** What only Unicode has of Vietnamese: a text that holds it was typed in Unicode, whatever its font. */
const UNICODE = /[ĂăĐđĨĩŨũƠơƯưẠ-ỹ]/;

/**
 * How to read what is set in a font of Vietnam's time before Unicode, whose letters stand in the places of others
 * (TCVN3's `.VnTime`, VNI's `VNI-Times`): what Vietnamese offices wrote for twenty years. Undefined for any other font.
 * Source: TCVN 5712:1993, and the table of VNI Windows.
 */
export function readingOfFont(font: string): FontReading | undefined {
  if (/^VNI[-\s]/i.test(font)) return (text) => ofUnicode(text, vniText);
  if (!/^\.Vn/i.test(font)) return undefined;
  // Fonts of capitals show them for small letters.
  if (/H$/i.test(font.trim())) return (text) => ofUnicode(text, tcvn3Text).toUpperCase();
  return (text) => ofUnicode(text, tcvn3Text);
}

const WORD = /[A-Za-z\xa1-\xff]+/g;
/** Different words: fewer tell nothing, and more tell nothing new. */
const WORDS_MIN = 6;
const WORDS_MAX = 1_000;

/**
 * How to read texts whose fonts are not known, as those of a spreadsheet's cells: they were written in such a font if
 * only its letters make them Vietnamese. Undefined for any others.
 */
export function readingOfTexts(texts: Iterable<string>): FontReading | undefined {
  const words = new Set<string>();
  for (const text of texts) {
    if (UNICODE.test(text)) return undefined;
    for (const [word] of text.matchAll(WORD)) if (isForeign(word)) words.add(word);
    if (words.size >= WORDS_MAX) break;
  }
  if (words.size < WORDS_MIN) return undefined;
  const share = (read: FontReading) =>
    [...words].filter((word) => isVietnameseSyllable(read(word))).length / words.size;
  if (share((word) => word) > 0.5) return undefined;
  return [tcvn3Text, vniText].find((read) => share(read) > 0.8);
}

/** Whether there are letters in it, and some that may stand in the places of others. */
function isForeign(word: string): boolean {
  return /[A-Za-z]/.test(word) && /[\xa1-\xff]/.test(word);
}

function ofUnicode(text: string, read: FontReading): string {
  return UNICODE.test(text) ? text : read(text);
}

/** What TCVN3 writes. Fonts that count as pictures for letters keep them in the private area. */
export function tcvn3Text(text: string): string {
  return text
    .replace(/[\uf020-\uf0ff]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) - 0xf000))
    .replace(/[\xa1-\xff]/g, (sign) => TCVN3.get(sign) ?? sign);
}

/** What VNI writes. */
export function vniText(text: string): string {
  return text.replace(VNI, (signs) => {
    const [first = "", mark = ""] = signs;
    return (vniLetter(first) + (VNI_MARKS.get(mark.toLowerCase()) ?? "")).normalize("NFC");
  });
}

function vniLetter(sign: string): string {
  const small = sign.toLowerCase();
  const letter = VNI_LETTERS.get(small) ?? small;
  return small === sign ? letter : letter.toUpperCase();
}

/** Acute, grave, hook, tilde and dot below, on a vowel that may bear another mark. */
function marks(signs: string, below: string): Map<string, string> {
  const tones = ["\u0301", "\u0300", "\u0309", "\u0303", "\u0323"];
  return new Map([...signs].map((sign, at) => [sign, below + (tones[at] ?? "")]));
}

function pairOf([sign = "", letter = ""]: string): readonly [string, string] {
  return [sign, letter];
}
