import { describe, expect, test } from "bun:test";
import { at, type Item, read } from "../../support/page-items.ts";

/** Lines of running text, each with its name within. */
function prose(x: number, y: number, name: string, count: number, words = 5): Item[] {
  return Array.from({ length: count }, (_, line) =>
    at(x, y + line * 12, `of ${name}${line} ${"lorem ".repeat(words)}end`),
  );
}

/** As programs draw that go over the page from top to bottom. */
function acrossThePage(items: readonly Item[]): Item[] {
  return items.toSorted(
    (a, b) =>
      (b.transform[5] ?? 0) - (a.transform[5] ?? 0) ||
      (a.transform[4] ?? 0) - (b.transform[4] ?? 0),
  );
}

/** The names of lines of text in the order in which they are read. */
function order(...items: Item[]): string[] {
  return read(...items).match(/(?<=of )[a-z]\d+/g) ?? [];
}

function names(name: string, count: number): string[] {
  return Array.from({ length: count }, (_, line) => `${name}${line}`);
}

describe("columns on a part of the page", () => {
  const code = (y: number) => [0, 12, 24, 36].map((dy) => at(50, y + dy, `call(${dy});`));
  const wide = (y: number) => [at(50, y, "A line that goes over the whole page: ".repeat(3))];

  test("are found between code and text, however they are drawn", () => {
    const columns = [...prose(50, 120, "l", 5), ...prose(320, 120, "r", 5)];
    const page = [...code(50), ...wide(98), ...columns, ...wide(210), ...code(230)];
    const expected = [...names("l", 5), ...names("r", 5)];
    expect(order(...page)).toEqual(expected);
    expect(order(...acrossThePage(page))).toEqual(expected);
  });

  test("may be three", () => {
    const columns = { l: 50, m: 220, r: 390 };
    const page = Object.entries(columns).flatMap(([name, x]) => prose(x, 50, name, 8, 3));
    const expected = Object.keys(columns).flatMap((name) => names(name, 8));
    expect(order(...acrossThePage(page))).toEqual(expected);
  });

  test("may be one of prose and one of labels, if they are drawn apart", () => {
    const labels = [0, 31, 50, 83].flatMap((dy) => [
      at(320, 53 + dy, "on"),
      at(420 + dy, 55 + dy, "off"),
    ]);
    const caption = at(320, 160, "Figure 1. What is on, and what is off.");
    const page = [...prose(50, 50, "l", 12), ...labels, caption];
    const text = read(...page);
    expect(text.indexOf("l11")).toBeLessThan(text.indexOf("\non"));
  });
});

test("lists side by side are read one after the other", () => {
  const list = (x: number, name: string) =>
    names(name, 5).map((item, row) => at(x, 50 + row * 12, `• of ${item}`));
  const expected = [...names("l", 5), ...names("r", 5)];
  expect(order(...acrossThePage([...list(50, "l"), ...list(320, "r")]))).toEqual(expected);
});

test("columns of Hebrew begin with the right one", () => {
  const hebrew = (x: number, name: string) =>
    names(name, 6).map((line, row) => at(x, 50 + row * 12, `${"מילה ".repeat(7)}${line}`));
  const text = read(...acrossThePage([...hebrew(50, "l"), ...hebrew(320, "r")]));
  expect([...(text.match(/[lr]\d/g) ?? [])]).toEqual([...names("r", 6), ...names("l", 6)]);
});

test("names and values of a form are read line by line, also if they are drawn apart", () => {
  const rows = ["Drives", "Base", "System", "Network", "Clock", "Users", "Loader"];
  const labels = rows.map((label, row) => at(50, 50 + row * 12, `${label}:`));
  const values = rows.map((label, row) =>
    at(320, 50 + row * 12, `[ ] <${label} can be found at once>`),
  );
  const text = read(...labels, ...values);
  expect(text.indexOf("<Drives")).toBeLessThan(text.indexOf("Base"));
});
