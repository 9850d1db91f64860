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

/** Where the documents share no word with the question, they may well say it. */
const NOTHING_FOUND = {
  en: "None of the question's key words was found in them; they may use others, or another language.",
  vi: "Không tìm thấy từ khóa nào của câu hỏi trong đó; có thể chúng dùng từ khác hoặc ngôn ngữ khác.",
  ru: "Ни одно из ключевых слов вопроса в них не найдено: возможно, в них другие слова или другой язык.",
  "zh-Hans": "其中找不到问题的任何关键词；文档可能用了其他说法或其他语言。",
  "zh-Hant": "其中找不到問題的任何關鍵詞；文件可能用了其他說法或其他語言。",
  ja: "質問のキーワードは一つも見つかりませんでした。別の言葉や別の言語で書かれているかもしれません。",
} satisfies Record<Language, string>;

/** Letters that Russian has not: Ukrainian, Serbian or Kazakh is read as Russian is, but not answered in it. */
const NOT_RUSSIAN = /[іїєґўјљњћђџѓќѕәғқңөұүһ]/iu;

/** The honest answer when nothing fits: one sentence in the question's language, or in English; no citations. */
export function refusalOf(question: string): Answer {
  return saying(REFUSALS[spokenIn(question)]);
}

/** The same when the search itself found nothing: it tells that too, since it is no proof. */
export function nothingFound(question: string): Answer {
  const language = spokenIn(question);
  const gap = language === "ja" || language.startsWith("zh") ? "" : " ";
  return saying(REFUSALS[language] + gap + NOTHING_FOUND[language]);
}

function saying(content: string): Answer {
  return { content, metadata: { sections: [], citations: [] } };
}

function spokenIn(question: string): Language {
  const language = languageOf(question);
  return language === "ru" && NOT_RUSSIAN.test(question) ? "en" : language;
}
