import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { checkFileName } from "../../../src/document/document.ts";
import { PermanentError } from "../../../src/error.ts";
import { SMALL_FILES } from "../../support/good-files.ts";
import { readPages } from "../../support/read-pages.ts";
import { readerPool, readIn } from "../../support/reader-pool.ts";

const MB = 1024 * 1024;

describe("beyond all measure, within the memory of a parser", () => {
  let pool: ReturnType<typeof readerPool>;
  beforeAll(() => {
    pool = readerPool();
  });
  afterAll(() => pool.stop());

  test("a line of 100 MB", async () => {
    const line = Buffer.alloc(100 * MB, "words without end ");
    const { document } = await readIn(pool, "line.txt", line);
    expect(document.text.length).toBe(100 * MB);
  });

  test("a table of a million columns", async () => {
    const columns = Buffer.from(
      `${"a,".repeat(999_999)}a\n${"1,".repeat(999_999)}1\n${"2,".repeat(999_999)}2\n`,
    );
    const end = await readIn(pool, "wide.csv", columns).catch((error: unknown) => error);
    if (end instanceof Error) {
      expect(end).toBeInstanceOf(PermanentError);
      expect(end.message).not.toMatch(/longer than|of memory/);
    } else expect(end).toMatchObject({ document: { parserType: "csv" } });
  });

  test("lines of markup, of data and of a mail that never end", async () => {
    const long = "x ".repeat(MB);
    const files = {
      "a.html": `<p>${long}`,
      "a.md": `# ${long}`,
      "a.json": `{"a": "${long}"}`,
      "a.jsonl": `{"a": "${long}"}`,
      "a.csv": `a,b\n"${long}`,
      "a.tsv": `a\tb\n${long}`,
      "a.xml": `<a>${long}</a>`,
      "a.rtf": `{\\rtf1 ${long}}`,
      "a.eml": `From: a@example.com\r\nSubject: Long\r\n\r\n${long}`,
    };
    for (const [name, content] of Object.entries(files)) {
      const { document } = await readIn(pool, name, content);
      expect(document.text.length).toBeGreaterThan(MB);
    }
  });
});

describe("text", () => {
  test("keeps no NUL, no other control character and no half of a surrogate pair", async () => {
    const head = "a line like any other\n".repeat(500);
    const broken = `${head}be\0fore \x01\x1b[31mred\x7f\x9b end\ttab\nline`;
    expect(await readPages("a.txt", broken)).toEqual([`${head}before [31mred end\ttab\nline`]);
    const lone = Buffer.from("\ufeffa \ud800 b \udfff c", "utf16le");
    const [text = ""] = await readPages("b.txt", lone);
    expect(text.isWellFormed()).toBe(true);
    expect(text).toMatch(/^a .? ?b .? ?c$/u);
  });

  test("that escapes them in its format has none either", async () => {
    const files = {
      "a.json": String.raw`{"a": "x\u0000\ud800y"}`,
      "a.html": "<p>x&#0;&#xd800;&#27;y</p>",
      "a.xml": "<a>x&#0;&#xd800;&#27;y</a>",
      "a.rtf": String.raw`{\rtf1 x\u0?\u-10240?\'00y}`,
      "a.ipynb": String.raw`{"nbformat":4,"metadata":{},"cells":[{"cell_type":"markdown","source":"x\u0000\ud800y"}]}`,
    };
    for (const [name, content] of Object.entries(files)) {
      const text = (await readPages(name, content)).join("");
      expect(text.isWellFormed()).toBe(true);
      expect(text).not.toMatch(/[\0-\x08\x1b]/);
    }
  });

  test("reads in the order in which it is searched: nothing in it turns that", async () => {
    const turned = "pay \u202e059\u202c euro to \u2067Ada\u2069, \u05e9\u05dc\u05d5\u05dd";
    expect(await readPages("a.txt", turned)).toEqual([
      "pay 059 euro to Ada, \u05e9\u05dc\u05d5\u05dd",
    ]);
  });
});

describe("a file's name", () => {
  test("bears no control character, NUL or half of a surrogate pair, and leads nowhere", async () => {
    const bad = [
      "a\0.pdf",
      "a\n.pdf",
      "a\x1b[2J.pdf",
      "a\x9b.pdf",
      "a\ud800.pdf",
      "../a.pdf",
      "a\\b.pdf",
    ];
    for (const name of [...bad, "..", "\u202e"])
      expect(() => checkFileName(name)).toThrow(/^A file (name must not contain|needs a name)/);
  });

  test("is shown as it is stored: what would turn its order is dropped", () => {
    expect(checkFileName("invoice\u202efdp.exe")).toBe("invoicefdp.exe");
    expect(checkFileName("\u2067\u05d7\u05d5\u05d6\u05d4\u2069.pdf")).toBe(
      "\u05d7\u05d5\u05d6\u05d4.pdf",
    );
  });
});

describe("what is left of a file", () => {
  test.each(SMALL_FILES.map(({ name, bytes }) => [name, bytes] as const))(
    "%s, cut short anywhere, is read or fails for good",
    async (name, bytes) => {
      for (const share of [0.02, 0.1, 0.3, 0.5, 0.7, 0.9, 0.98]) {
        const rest = bytes.subarray(0, Math.ceil(bytes.length * share));
        const end = await readPages(name, rest).catch((error: unknown) => error);
        if (!(end instanceof Error)) continue;
        expect(end).toHaveProperty(
          "code",
          expect.stringMatching(/^(parse_failed|unsupported_type)$/),
        );
        expect(end.message).toMatch(/^["A-Z][^\n]+\.$/);
      }
    },
  );
});
