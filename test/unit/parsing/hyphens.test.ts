import { expect, test } from "bun:test";
import { joinHyphens } from "../../../src/parsing/pdf/hyphens.ts";

function join(page: string): string {
  return joinHyphens([page])[0] ?? "";
}

test("a divided word is joined and the break follows it", () => {
  expect(join("It is vis-\nible to all.")).toBe("It is visible\nto all.");
  expect(join("Wir üben Übungsauf-\ngaben, immer.")).toBe("Wir üben Übungsaufgaben,\nimmer.");
});

test("a soft hyphen goes", () => {
  expect(join("con\u00ad\nsider it")).toBe("consider\nit");
});

test("a hyphen before a capital, or after another one, stays", () => {
  expect(join("(Schwarz-\nWeiß, Ring)")).toBe("(Schwarz-Weiß,\nRing)");
  expect(join("state-of-the-\nart work")).toBe("state-of-the-art\nwork");
});

test("the document itself tells what a word is", () => {
  expect(join("A well-known fact is well-\nknown.")).toBe("A well-known fact is well-known.");
  expect(join("We chat, optimized. It is chat-\noptimized today.")).toBe(
    "We chat, optimized. It is chat-optimized\ntoday.",
  );
  expect(join("sometimes, some times, some-\ntimes so")).toBe(
    "sometimes, some times, sometimes\nso",
  );
});

test("words that a language builds of words are one, though both of them are words", () => {
  expect(join("Haus und Garten. Garten, Haus, der Haus-\ngarten")).toBe(
    "Haus und Garten. Garten, Haus, der Hausgarten",
  );
  expect(join("some word and word some: a word-\nsome thing")).toBe(
    "some word and word some: a word-some\nthing",
  );
});

test("numbers, ranges and dashes stay as they are", () => {
  const text = "2013-\n2014 and x -\ny and –\nz";
  expect(join(text)).toBe(text);
});
