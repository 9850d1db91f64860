import { expect, test } from "bun:test";
import { languageOf } from "../../src/answer/words/language.ts";
import { nothingFound, refusalOf } from "../../src/answer/refusal.ts";

test.each([
  ["When was the bridge built?", "en"],
  ["Who is Nguyễn Huệ?", "en"],
  ["What is the plot of Con Air?", "en"],
  ["Quel est le nom du président?", "en"],
  ["¿Dónde está la biblioteca?", "en"],
  ["", "en"],
  ["1234 ?!", "en"],
  ["Hợp đồng lao động là gì?", "vi"],
  ["Brad Pitt nhận nuôi Pax khi nào?", "vi"],
  ["Thời gian thử việc là bao lâu?".normalize("NFD"), "vi"],
  ["thoi gian thu viec la bao lau", "vi"],
  ["luong toi thieu", "vi"],
  ["Сколько длится испытательный срок?", "ru"],
  ["Кто основал McKinsey & Company?", "ru"],
  ["试用期有多长？", "zh-Hans"],
  ["試用期有多長？", "zh-Hant"],
  ["NBA 總冠軍是誰？", "zh-Hant"],
  ["試用期間はどのくらいですか？", "ja"],
] as const)("%p is a question in %p", (question, language) => {
  expect(languageOf(question)).toBe(language);
});

test("a refusal is one sentence in the question's language and cites nothing", () => {
  expect(refusalOf("thoi gian thu viec la bao lau")).toEqual({
    content: "Các tài liệu không nói về điều này.",
    metadata: { sections: [], citations: [] },
  });
  expect(refusalOf("Why?").content).toBe("The documents do not say.");
});

test.each([
  "How long is the trial period?",
  "Thời gian thử việc là bao lâu?",
  "Сколько длится испытательный срок?",
  "试用期有多长？",
  "試用期有多長？",
  "試用期間はどのくらいですか？",
])("where nothing was found for %p, the refusal says so in that language", (question) => {
  const { content, metadata } = nothingFound(question);
  const refusal = refusalOf(question);
  expect(metadata).toEqual(refusal.metadata);
  expect(content).toStartWith(refusal.content);
  expect(languageOf(content.slice(refusal.content.length))).toBe(languageOf(question));
});

test.each([
  "Скільки днів відпустки?",
  "Қанша күн демалыс бар?",
  "¿Cuántos días de vacaciones hay?",
  "휴가는 며칠입니까?",
  "كم عدد أيام الإجازة؟",
])("a refusal of %p, in a language that the engine does not speak, is in English", (question) => {
  expect(refusalOf(question).content).toBe("The documents do not say.");
});
