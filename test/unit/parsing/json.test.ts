/** JSON and JSON Lines as text that people read, search and quote. */
import { describe, expect, test } from "bun:test";
import { readPages } from "../../support/read-pages.ts";

async function read(text: string, name = "a.json"): Promise<string> {
  const pages = await readPages(name, text);
  expect(pages).toHaveLength(1);
  return pages.join();
}

describe("JSON", () => {
  test("each value stands after the keys that lead to it", async () => {
    const text = await read(
      `{"name": "An", "address": {"city": "H\\u00e0 N\\u1ed9i", "zip": "100000"}, "tags": ["a", "b"], "ok": true}`,
    );
    expect(text).toBe("name: An\naddress.city: Hà Nội\naddress.zip: 100000\ntags: a, b\nok: true");
  });

  test("objects of an array are blocks", async () => {
    const text = await read(
      '{"staff": [{"name": "An", "age": 7}, {"name": "Bình", "age": 8}], "year": 2024}',
    );
    expect(text).toBe(
      "staff.name: An\nstaff.age: 7\n\nstaff.name: Bình\nstaff.age: 8\n\nyear: 2024",
    );
    expect(await read('[{"a": 1}, {"a": 2}]')).toBe("a: 1\n\na: 2");
  });

  test("numbers and repeated keys are as they are written", async () => {
    const text = await read('{"id": 12345678901234567890, "x": 1.50, "x": 1e400}');
    expect(text).toBe("id: 12345678901234567890\nx: 1.50\nx: 1e400");
  });

  test("long items stand each in its line, arrays of arrays too", async () => {
    const long = "word ".repeat(20).trim();
    expect(await read(JSON.stringify({ notes: [long, long] }))).toBe(
      `notes:\n- ${long}\n- ${long}`,
    );
    expect(await read('{"line": [[105.8, 21], [106, 20]]}')).toBe("line:\n- 105.8, 21\n- 106, 20");
  });

  test("empty values leave nothing, and files in strings do not either", async () => {
    const file = `data:image/png;base64,${"iVBORw0KGgo".repeat(100)}`;
    expect(await read(JSON.stringify({ a: "", b: [], c: {}, d: file, e: null }))).toBe("e: null");
  });

  test("keys that are special to JavaScript are keys", async () => {
    expect(await read('{"__proto__": {"x": 1}}')).toBe("__proto__.x: 1");
  });

  test("what is no JSON is the text that it is", async () => {
    const broken = [
      '{"a": 1,}',
      "{'a': 1}",
      '{"a": 1',
      '{"a" 1}',
      '"a',
      "[1 2]",
      "{]}",
      '["\\x"]',
      ",",
      "nul",
      "01",
    ];
    for (const text of broken) expect(await read(text)).toBe(text);
  });

  test("an array of many values is lines of a thousand", async () => {
    const lines = (await read(JSON.stringify(Array.from({ length: 2_500 }, (_, at) => at)))).split(
      "\n",
    );
    expect(lines).toHaveLength(3);
    expect(lines[1]).toStartWith("1000, 1001, ");
  });

  test("line breaks in strings are line breaks, be they escaped or not", async () => {
    expect(await read('{"text": "one\n\\u0074wo"}')).toBe("text: one\ntwo");
    expect(await read('{"text": "one\\r\\ntwo\\n\\nthree"}')).toBe("text: one\ntwo\n\nthree");
  });
});

describe("JSON Lines", () => {
  test("a record is a block", async () => {
    const lines = '{"id": 1, "q": "a"}\n{"id": 2, "q": "b"}\n';
    expect(await read(lines, "a.jsonl")).toBe("id: 1\nq: a\n\nid: 2\nq: b");
    expect(await read(lines)).toBe("id: 1\nq: a\n\nid: 2\nq: b");
  });

  test("a broken line is read as it is, and breaks no other", async () => {
    const lines = '{"id": 1}\n{"id": oops}\n\n{"id": 3}';
    expect(await read(lines, "a.jsonl")).toBe('id: 1\n\n{"id": oops}\n\nid: 3');
  });
});

describe("hostile JSON", () => {
  test("a hundred thousand levels are text", async () => {
    const deep = "[".repeat(100_000) + "]".repeat(100_000);
    expect(await read(deep)).toBe(deep);
    const keys = '{"a":1,"b":'.repeat(100_000);
    expect(await read(keys)).toBe(keys);
    expect(await read(keys, "a.jsonl")).toBe(keys);
  });

  test("long keys over many values cost no more than a document may hold", async () => {
    const key = "k".repeat(100_000);
    const text = `{"${key}": {${'"a":1,'.repeat(10_000)}"z":1}}`;
    expect((await read(text)).length).toBeLessThan(3_000_000);
    await expect(readPages("a.json", text, { textMbMax: 1 })).rejects.toThrow(
      "more than 1 MB of text",
    );
  });

  test("backslashes without end are read in time", async () => {
    const text = `["${"\\".repeat(200_000)}"]`;
    expect(await read(text)).toBe("\\".repeat(100_000));
    expect(await read(`["${'\\"'.repeat(200_000)}"]`)).toBe('"'.repeat(200_000));
  });
});
