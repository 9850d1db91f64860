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

/** Letters that Russian has not: Ukrainian, Serbian or Kazakh is read as Russian is, but not answered in it. */
const NOT_RUSSIAN = /[іїєґўјљњћђџѓќѕәғқңөұүһ]/iu;

/** The honest answer when nothing fits: one sentence in the question's language, or in English; no citations. */
export function refusalOf(question: string): Answer {
  const language = languageOf(question);
  const spoken = language === "ru" && NOT_RUSSIAN.test(question) ? "en" : language;
  return { content: REFUSALS[spoken], metadata: { sections: [], citations: [] } };
}
