import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { sentencesOf } from "../../src/retrieval/segmentation/sentences.ts";

const sentences = (text: string) =>
  sentencesOf(text).map(({ start, end }) => text.slice(start, end));

describe("A text is cut into its sentences", () => {
  test.each([
    ["Dr. Smith paid 3.14 dollars. He left!", ["Dr. Smith paid 3.14 dollars.", "He left!"]],
    [
      '"Really?" she asked. See Fig. 3 for J. R. Tolkien. Yes.',
      ['"Really?" she asked.', "See Fig. 3 for J. R. Tolkien.", "Yes."],
    ],
    [
      "Call John, tel. 040-123 456. Or Ann, tel. +49 40 1.",
      ["Call John, tel. 040-123 456.", "Or Ann, tel. +49 40 1."],
    ],
    ["Дежурный: Иван, тел. (495) 123. Он там.", ["Дежурный: Иван, тел. (495) 123.", "Он там."]],
    ["He said no. Then he left.", ["He said no.", "Then he left."]],
    ["Ông sống ở TP. Hồ Chí Minh. Ông 90 tuổi.", ["Ông sống ở TP. Hồ Chí Minh.", "Ông 90 tuổi."]],
    ["Điều 5. Phạm vi điều chỉnh\n1. Luật này.", ["Điều 5. Phạm vi điều chỉnh", "1. Luật này."]],
    [
      "А. С. Пушкин родился в 1799 г. в Москве. Он поэт.",
      ["А. С. Пушкин родился в 1799 г. в Москве.", "Он поэт."],
    ],
    [
      "Он родился в 1799 г. Потом он писал, т. е. творил.",
      ["Он родился в 1799 г.", "Потом он писал, т. е. творил."],
    ],
    ["中華人民共和國成立。然後走了？是", ["中華人民共和國成立。", "然後走了？", "是"]],
    ["東京です。「はい。」日本", ["東京です。", "「はい。」", "日本"]],
    ["भारत महान है। दिल्ली राजधानी है।", ["भारत महान है।", "दिल्ली राजधानी है।"]],
  ])("%p", (text, expected) => {
    expect(sentences(text)).toEqual(expected);
  });

  test("across a line that was only wrapped, but not across a heading, an item or a row", () => {
    const wrapped = "This line was wrapped by the program that\nmade the page. Next.";
    expect(sentences(wrapped)[0]).toBe("This line was wrapped by the program that\nmade the page.");
    expect(sentences("Introduction\n\nThe text\n- one\n- two")).toHaveLength(4);
    expect(sentences("name,age,city,zip\nBob,3,Paris,1\nAnn,4,Rome,2")).toHaveLength(3);
    expect(sentences("a\tb\nc\td")).toHaveLength(2);
  });

  test("in Thai at a space, once there is enough of it", () => {
    const clause =
      "ประเทศไทยเป็นประเทศในเอเชียตะวันออกเฉียงใต้และมีกรุงเทพมหานครเป็นเมืองหลวงของประเทศไทยมานาน";
    expect(sentences(`${clause} ${clause}`)).toEqual([clause, clause]);
    expect(sentences("ประเทศ ไทย")).toHaveLength(1);
  });

  test("covering everything but white space, once and in order", () => {
    const text = fc.string({
      unit: fc.constantFrom(...Array.from('aBя語ก1.!?。…)"\n\t ,-#|')),
      maxLength: 400,
    });
    fc.assert(
      fc.property(text, (value) => {
        const spans = sentencesOf(value);
        spans.forEach(({ start, end }, index) => {
          expect(start).toBeGreaterThanOrEqual(spans[index - 1]?.end ?? 0);
          expect(value.slice(start, end)).toBe(value.slice(start, end).trim());
          expect(end).toBeGreaterThan(start);
        });
        const covered = spans.map(({ start, end }) => value.slice(start, end)).join("");
        expect(covered.replace(/\s/g, "")).toBe(value.replace(/\s/g, ""));
      }),
    );
  });
});
