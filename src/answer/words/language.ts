/** The languages in which the engine itself can say something. Text in any other counts as English. */
export type Language = "en" | "vi" | "ru" | "zh-Hans" | "zh-Hant" | "ja";

/**
 * The language of a question or passage: by script, then by the shape of its words.
 * Pure, never fails, English when in doubt.
 */
export function languageOf(text: string): Language {
  if (/[\p{Script=Hiragana}\p{Script=Katakana}]/u.test(text)) return "ja";
  const han = count(text, /\p{Script=Han}/gu);
  const cyrillic = count(text, /\p{Script=Cyrillic}/gu);
  const latin = count(text, /\p{Script=Latin}/gu);
  // Names stay in Latin letters whatever the language, and a Chinese character is worth a few of those.
  if (han > 0 && han * 3 >= Math.max(cyrillic, latin)) return chineseOf(text);
  if (cyrillic > 0 && cyrillic * 3 >= latin) return "ru";
  return isVietnamese(text) ? "vi" : "en";
}

/** Letters that Vietnamese has and its neighbours in Latin script have not. */
const VIETNAMESE_LETTER = /[ăơưđạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]/u;
/** A Vietnamese syllable without its diacritics. Every word of the language is one; few of English are. */
const BARE_SYLLABLE =
  /^(?:ngh|ng|nh|gh|gi|kh|ph|qu|th|tr|ch|[bcdghklmnprstvx])?(?:uye|uya|uay|uou|uoi|uau|oai|oao|oay|oeo|yeu|ieu|ai|ao|au|ay|eo|eu|ia|ie|iu|oa|oe|oi|oo|ua|ue|ui|uo|uu|uy|ye|[aeiouy])(?:ng|nh|ch|[cmnpt])?$/;
/** Common Vietnamese words, bare, that are not also common in English. */
const TELLING = new Set(
  (
    "nao gi khong duoc nhung nguoi cua nhieu nuoc thuoc truoc trong ngay biet quoc luat nhu phai hoac dau " +
    "khi bao cac mot la voi bi theo tu ra ve tren duoi thi loai cai su tai sao nam thoi gian lam ai da"
  ).split(" "),
);
/** Words of an English sentence about Vietnamese names, shaped like syllables or not. */
const ENGLISH = new Set(
  "who what when where which how why whose is was are did does of and".split(" "),
);
const ENGLISH_SYLLABLES = new Set("a the in on he him not but at my can it".split(" "));
/** Foreign names make up the rest. */
const SYLLABLE_SHARE_MIN = 0.4;
const TELLING_WORDS_MIN = 2;
/** A phrase of syllables alone ("luong toi thieu") is Vietnamese without any telling word. */
const PHRASE_SHARE_MIN = 0.9;
const PHRASE_WORDS_MIN = 3;

/** With its diacritics, or typed without any, as people do. */
function isVietnamese(text: string): boolean {
  const marked = text.normalize("NFC").toLowerCase();
  const words = bare(marked).match(/\p{L}+/gu) ?? [];
  const share = words.filter((word) => BARE_SYLLABLE.test(word)).length / Math.max(1, words.length);
  if (share < SYLLABLE_SHARE_MIN || words.some((word) => ENGLISH.has(word))) return false;
  if (VIETNAMESE_LETTER.test(marked)) return true;
  if (new Set(words.filter((word) => TELLING.has(word))).size >= TELLING_WORDS_MIN) return true;
  if (words.some((word) => ENGLISH_SYLLABLES.has(word))) return false;
  return share >= PHRASE_SHARE_MIN && words.length >= PHRASE_WORDS_MIN;
}

function bare(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").replaceAll("đ", "d");
}

type CharacterSet = ReadonlySet<string>;
let scripts: { readonly simplified: CharacterSet; readonly traditional: CharacterSet } | undefined;

/**
 * Each script has an old encoding that leaves out the other's own characters. The platform decodes
 * both, which gives complete lists of what is only simplified and only traditional.
 */
function chineseOf(text: string): Language {
  scripts ??= {
    simplified: charactersOf("gbk", { rows: [0xb0, 0xf7], columns: [0xa1, 0xfe] }),
    traditional: charactersOf("big5", { rows: [0xa4, 0xf9], columns: [0x40, 0xfe] }),
  };
  let balance = 0;
  for (const character of text) {
    balance +=
      Number(scripts.traditional.has(character)) - Number(scripts.simplified.has(character));
  }
  return balance > 0 ? "zh-Hant" : "zh-Hans";
}

interface CodeRange {
  readonly rows: readonly [first: number, last: number];
  readonly columns: readonly [first: number, last: number];
}

/** Every Chinese character that a two-byte encoding has in the given range. */
function charactersOf(encoding: "gbk" | "big5", { rows, columns }: CodeRange): CharacterSet {
  const bytes: number[] = [];
  for (let row = rows[0]; row <= rows[1]; row += 1) {
    for (let column = columns[0]; column <= columns[1]; column += 1) bytes.push(row, column, 0x0a);
  }
  const text = new TextDecoder(encoding).decode(Uint8Array.from(bytes));
  return new Set(text.match(/\p{Script=Han}/gu));
}

function count(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0;
}
