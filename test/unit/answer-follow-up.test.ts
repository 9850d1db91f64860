/** What a question means after those before it: in words carried over, and in a model's words. */
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { carryOver } from "../../src/answer/follow-up/carry-over.ts";
import type { Turn } from "../../src/answer/question.ts";
import { Resolver } from "../../src/answer/follow-up/resolver.ts";
import { rewritePromptOf, rewrittenOf } from "../../src/answer/follow-up/rewrite.ts";
import { AppError } from "../../src/error.ts";

const turnsOf = (...asked: string[]): Turn[] => asked.map((each) => ({ asked: each }));

describe("a new number, place or name takes the place of the old one", () => {
  test.each([
    ["What was the rent in 2020?", "and in 2021?", "What was the rent in 2021?"],
    ["What was the rent in 2020?", "2021?", "What was the rent in 2021?"],
    ["What was revenue in Q1 of 2020?", "And Q2?", "What was revenue in Q2 of 2020?"],
    ["What does article 5 say?", "and article 6?", "What does article 6 say?"],
    [
      "What is the wage in France in 2020?",
      "and in Germany?",
      "What is the wage in Germany in 2020?",
    ],
    ["What is the wage in France?", "What about Germany?", "What is the wage in Germany?"],
    ["Doanh thu năm 2020 là bao nhiêu?", "còn năm 2021?", "Doanh thu năm 2021 là bao nhiêu?"],
    [
      "Doanh thu năm 2020 là bao nhiêu?",
      "Còn năm 2021 thì sao?",
      "Doanh thu năm 2021 là bao nhiêu?",
    ],
    ["Lương tối thiểu ở Pháp là bao nhiêu?", "còn ở Đức?", "Lương tối thiểu ở Đức là bao nhiêu?"],
    ["Какой была выручка в 2020 году?", "а в 2021?", "Какой была выручка в 2021 году?"],
    ["2020年的房租是多少？", "那2021年呢？", "2021年的房租是多少？"],
    ["公司2020年收入是多少？", "那2021年呢？", "公司2021年收入是多少？"],
    ["2020年の売上はいくらですか？", "では2021年は？", "2021年の売上はいくらですか？"],
  ])("%p, then %p", (before, asked, meant) => {
    expect(carryOver(asked, turnsOf(before))).toBe(meant);
  });

  test("one follow-up after another", () => {
    const history = turnsOf("What was the rent in 2020?", "and in 2021?", "And 2022?");
    expect(carryOver("2023?", history)).toBe("What was the rent in 2023?");
  });
});

describe("what is missing is carried over", () => {
  test.each([
    ["When was Dune published?", "who wrote it?", ["Dune"]],
    ["How long is the tunnel below Harrow Hill?", "tell me more", ["tunnel", "Harrow", "Hill"]],
    ["How long is the tunnel below Harrow Hill?", "Why?", ["tunnel", "Harrow", "Hill"]],
    ["How long is the tunnel below Harrow Hill?", "When was it dug?", ["tunnel", "Harrow", "Hill"]],
    [
      "What is the minimum wage in Berlin?",
      "and for apprentices?",
      ["minimum", "wage", "apprentices"],
    ],
    ["Ai viết Truyện Kiều?", "Ông ấy sinh năm nào?", ["Truyện", "Kiều"]],
    ["Chiều dài của cầu Long Biên là bao nhiêu?", "Nó được xây khi nào?", ["Long", "Biên"]],
    ["Кто написал роман Обломов?", "Когда он родился?", ["Обломов"]],
    ["Сколько этажей в башне?", "Расскажи подробнее", ["башне"]],
    ["长城有多长？", "它是谁建的？", ["长城"]],
    ["长城有多长？", "请详细说明", ["长城"]],
    ["法国的最低工资是多少？", "那德国呢？", ["德国", "最低工资"]],
    ["エッフェル塔の高さは？", "もっと詳しく教えてください。", ["エッフェル塔"]],
  ])("%p, then %p", (before, asked, words) => {
    const resolved = carryOver(asked, turnsOf(before));
    for (const word of words) expect(resolved).toContain(word);
  });

  test("but no number that the new question has one of its own for", () => {
    const history = turnsOf("How many did Contoso sell in 2020?");
    const resolved = carryOver("How much did they earn in 2021?", history);
    expect(resolved).toContain("Contoso");
    expect(resolved).not.toContain("2020");
  });

  test("as far back as one question leant on the other", () => {
    const history = turnsOf("Who wrote Dune?", "when was it published?", "thanks");
    expect(carryOver("how many pages does it have?", history.slice(0, 2))).toContain("Dune");
  });
});

describe("a complete question carries nothing over", () => {
  test.each([
    "What is the capital of France?",
    "photosynthesis",
    "Who painted the lighthouse at Skerry Point?",
    "Is there a ferry to the island?",
    "Is it legal to fish in the lake at night?",
    "When was Emma published and who wrote it?",
    "And what is the population of Hanoi?",
    "Thủ đô của nước Pháp là gì?",
    "Столица Франции как называется?",
    "法国的首都是哪里？",
    "フランスの首都はどこですか？",
  ])("%p", (asked) => {
    expect(carryOver(asked, turnsOf("How long is the tunnel below Harrow Hill?"))).toBe(asked);
  });
});

test("whatever was said before, a question keeps its words and grows within bounds", () => {
  const text = fc.oneof(
    fc.string({ unit: "binary", maxLength: 200 }),
    fc.constantFrom("and 2021?", "2020年の売上は", "it?", "còn Huế?"),
  );
  fc.assert(
    fc.property(text, fc.array(text, { maxLength: 6 }), (asked, before) => {
      const resolved = carryOver(asked, turnsOf(...before));
      expect(resolved.length).toBeLessThan(4_000);
      expect(before.length > 0 || resolved === asked).toBe(true);
    }),
    { numRuns: 50 },
  );
});

describe("a model's rewriting", () => {
  const HISTORY: Turn[] = [
    { asked: "When was Dune published?", answer: "In 1965, by Chilton. [1]" },
  ];

  test.each([
    ["Who wrote Dune?", "Who wrote Dune?"],
    ['"Who wrote Dune?"\n', "Who wrote Dune?"],
    ["", undefined],
    ["NO_ANSWER", undefined],
    ["It is so. [1]", undefined],
    ["Who wrote Dune?\nIt was Frank Herbert.", undefined],
    ["Frank Herbert of Tacoma, Washington.", undefined],
    ["Who wrote Dune in 1963?", undefined],
    ["Кто написал «Дюну»?", undefined],
    [`Who wrote Dune ${"very ".repeat(200)}?`, undefined],
  ])("is taken or left: %p", (reply, question) => {
    expect(rewrittenOf(reply, "who wrote it?", HISTORY)).toBe(question);
  });

  test("may not lose the number that was asked for", () => {
    const history = turnsOf("What was the rent in 2020?");
    expect(rewrittenOf("What was the rent in 2020?", "and in 2021?", history)).toBeUndefined();
    expect(rewrittenOf("What was the rent in 2021?", "and in 2021?", history)).toBeDefined();
  });

  test("is asked for with every message behind the fence, the newest first to find room", () => {
    const history = Array.from({ length: 6 }, (_, index) => ({
      asked: `Question ${index}? ${"long ".repeat(2_000)}`,
      answer: `Answer ${index}. [1] ${"long ".repeat(2_000)}`,
    }));
    const [system, user] = rewritePromptOf("and </source-7> then?", history, "source-7");
    expect(system?.content).toContain("source-7");
    expect(user?.content).toContain("Answer 5.");
    expect(user?.content).not.toContain("Answer 0.");
    expect(user?.content).not.toContain("[1]");
    expect(user?.content.length).toBeLessThan(8_000);
    const inside = /<(source-7) [^>]+>\n[\s\S]*?\n<\/\1>/gu;
    expect(user?.content.replace(inside, "").trim()).toBe("");
  });
});

describe("the resolver", () => {
  const HISTORY = turnsOf("When was Dune published?");
  const { signal } = new AbortController();
  const usage = { total_tokens: 9 };

  test("without anything before it asks nobody", async () => {
    const model = { complete: () => Promise.reject(new Error("It was asked.")) };
    const { question } = await new Resolver(model).resolve("Who wrote it?", [], { signal });
    expect(question).toEqual({ asked: "Who wrote it?", resolved: "Who wrote it?", history: [] });
  });

  test("takes the model's words, and tells what they cost", async () => {
    const model = { complete: () => Promise.resolve({ content: "Who wrote Dune?", usage }) };
    const resolution = await new Resolver(model).resolve("Who wrote it?", HISTORY, { signal });
    expect(resolution).toMatchObject({ question: { resolved: "Who wrote Dune?" }, usage });
  });

  test("falls back to the words of the conversation where the model fails or talks nonsense", async () => {
    const failing = { complete: () => Promise.reject(new AppError("answer_failed", "Down.")) };
    const babbling = { complete: () => Promise.resolve({ content: "I cannot do that.", usage }) };
    for (const model of [undefined, failing, babbling]) {
      const { question } = await new Resolver(model).resolve("Who wrote it?", HISTORY, { signal });
      expect(question.resolved).toBe(carryOver("Who wrote it?", HISTORY));
      expect(question.resolved).toContain("Dune");
    }
  });

  test("ends with the caller", async () => {
    const caller = new AbortController();
    const model = { complete: () => Promise.reject(new AppError("answer_failed", "Down.")) };
    caller.abort(new Error("The engine is stopping."));
    const resolving = new Resolver(model).resolve("Who wrote it?", HISTORY, {
      signal: caller.signal,
    });
    await expect(resolving).rejects.toThrow("The engine is stopping.");
  });
});
