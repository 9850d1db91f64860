import type { Answer } from "./citation.ts";
import { type Language, languageOf } from "./words/language.ts";

const REFUSALS = {
  en: "The documents do not say.",
  vi: "Các tài liệu không nói về điều này.",
  ru: "В документах об этом не говорится.",
  "zh-Hans": "文档中没有提到这一点。",
  "zh-Hant": "文件中沒有提到這一點。",
  ja: "文書にはそのことは書かれていません。",
} satisfies Record<Language, string>;

/** The honest answer when nothing fits: one sentence in the question's language, no citations. */
export function refusalOf(question: string): Answer {
  return { content: REFUSALS[languageOf(question)], metadata: { sections: [], citations: [] } };
}
