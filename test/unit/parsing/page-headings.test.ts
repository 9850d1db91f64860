import { describe, expect, test } from "bun:test";
import { at, column, read, readPages } from "../../support/page-items.ts";

describe("headings", () => {
  const prose = (y: number, lines = 4) =>
    column(
      50,
      y,
      Array.from({ length: lines }, (_, n) => `p${y + n}`),
    );

  test("larger lines are headings, the largest the highest", () => {
    const text = read(
      at(50, 40, "The Title", 20),
      ...prose(80),
      at(50, 150, "A section", 14),
      ...prose(180),
    );
    expect(text).toStartWith("# The Title\n\np80 ");
    expect(text).toContain("end\n\n## A section\n\np180 ");
  });

  test("a heading of two lines is one", () => {
    expect(read(at(50, 40, "One heading", 14), at(50, 56, "in two", 14), ...prose(90))).toStartWith(
      "# One heading in two\n\np90",
    );
  });

  test("a text in large letters is none", () => {
    const large = [0, 1, 2, 3, 4, 5].map((n) => at(50, 40 + n * 18, `large line ${n}`, 14));
    expect(read(...large, ...prose(170, 12))).not.toContain("#");
  });

  test("lines that are mostly larger are the text: none is a heading", () => {
    const lines = [1, 2, 3, 4].flatMap((n) => [
      at(50, n * 100, `Part ${n}`, 14),
      at(50, n * 100 + 40, `What is said of it ${n}, in few words of the usual size`),
    ]);
    expect(read(...lines)).not.toContain("#");
  });

  test("the author below a title is none", () => {
    const text = read(at(50, 40, "The Title", 20), at(50, 70, "By Somebody", 12), ...prose(100));
    expect(text).toStartWith("# The Title\n\nBy Somebody\n\np100");
  });

  test("a bold line with room above and text below is one, a bold line among others is not", () => {
    const bold = (y: number, str: string) => ({ ...at(50, y, str), fontName: "bold" });
    const text = read(...prose(40), bold(110, "Findings"), ...prose(124), bold(172, "Not This"));
    expect(text).toContain("\n\n# Findings\n\np124");
    expect(text).toEndWith("\nNot This");
    expect(read(...prose(40), bold(110, "To do:"), ...prose(124))).toContain("\nTo do:\n");
    expect(read(...prose(40), bold(110, "It was so."), ...prose(124))).toContain("\nIt was so.\n");
  });
});

describe("running heads and page numbers", () => {
  const page = (number: number, body: string) => [
    at(50, 30, `${number} A Book about Things`),
    ...column(50, 80, [body, `${body}-2`, `${body}-3`]),
    at(300, 770, `- ${number} -`),
  ];

  test("go where they repeat", () => {
    const pages = readPages(...["one", "two", "three", "four"].map((body, n) => page(n + 1, body)));
    for (const text of pages) {
      expect(text).not.toContain("A Book");
      expect(text).not.toMatch(/- \d -/);
    }
    expect(pages[2]).toStartWith("three lorem");
  });

  test("go whatever else is in them, if their numbers count the pages", () => {
    const words = ["Cables", "Ropes", "Chains", "Bridges", "Piers"];
    const pages = words.map((word, n) => [
      at(50, 30, `${n + 7} ${word}`),
      ...column(50, 80, [`body ${n}`, "b", "c", "d", "e"]),
    ]);
    for (const text of readPages(...pages)) expect(text).toStartWith("body");
  });

  test("go in Roman numbers, and in larger ones", () => {
    const pages = (numbers: readonly string[], size: number) =>
      numbers.map((number) => [
        ...column(50, 80, ["a", "b", "c", "d", "e"]),
        at(300, 770, number, size),
      ]);
    for (const text of readPages(...pages(["Preface ix", "Preface x", "Preface xi"], 10)))
      expect(text).not.toContain("Preface");
    for (const text of readPages(...pages(["7", "8", "9"], 14))) expect(text).toEndWith("end");
  });

  test("a title that every page begins with stays", () => {
    const titled = (n: number) => [
      at(50, 30, `Chapter ${n} opens`, 16),
      ...column(50, 80, ["a", "b"]),
    ];
    expect(readPages(...[1, 2, 3, 4].map(titled))[2]).toStartWith("# Chapter 3 opens\n\na lorem");
  });

  test("stay in a document of two pages", () => {
    expect(readPages(page(1, "one"), page(2, "two"))[1]).toContain("2 A Book about Things");
  });

  test("a first line of the text stays, however it repeats", () => {
    const body = (n: number) => column(50, 40, [`Page ${n}`, "b", "c"]);
    const pages = readPages(body(1), body(2), body(3), body(4));
    expect(pages[3]).toStartWith("Page 4 lorem");
  });

  test("a page with nothing else keeps its line", () => {
    const pages = readPages(...[1, 2, 3, 4].map((n) => [at(50, 30, `Page ${n}`)]));
    expect(pages[1]).toBe("Page 2");
  });
});
