import type { SetDocument } from "./set.ts";

/** As far as a baseline has to know it: what its terms are, and whether people leave diacritics out. */
export type SetLanguage = "English" | "Vietnamese" | "spaced" | "spaceless";

const DOCUMENTS_READ = 200;
const LETTER = /\p{L}/gu;
const SPACELESS_LETTER =
  /[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Mymr}]/gu;
const ENGLISH_WORD = /\b(?:the|of|and|to|in|is|was|that|for|with)\b/gi;
// Horns, hooks, dots below and two marks at once: no other language has them.
const VIETNAMESE_WORD = /\S*[ơưảẻỉỏủỷạẹịọụỵĩũỹấầẩẫậắằẳẵặếềểễệốồổỗộớờởỡợứừửữự]\S*/gi;
const SPACELESS_SHARE_MIN = 0.3;
const ENGLISH_SHARE_MIN = 0.1;
const VIETNAMESE_SHARE_MIN = 0.1;

/** The language that most of a set is in, by its first documents. */
export function languageOfSet(documents: readonly SetDocument[]): SetLanguage {
  const text = documents
    .slice(0, DOCUMENTS_READ)
    .map((document) => document.text)
    .join("\n")
    .normalize("NFC");
  const words = count(text, /\S+/g);
  if (count(text, SPACELESS_LETTER) > SPACELESS_SHARE_MIN * count(text, LETTER)) return "spaceless";
  if (count(text, VIETNAMESE_WORD) > VIETNAMESE_SHARE_MIN * words) return "Vietnamese";
  return count(text, ENGLISH_WORD) > ENGLISH_SHARE_MIN * words ? "English" : "spaced";
}

/** A text as it is typed by who leaves the diacritics out. */
export function withoutDiacritics(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").replaceAll("đ", "d").replaceAll("Đ", "D");
}

function count(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0;
}
