import { describe, expect, test } from "bun:test";
import { AppError } from "../../../src/error.ts";
import { formatOf } from "../../../src/parsing/format.ts";
import { buildPdf } from "../../support/pdf.ts";

const TEXT = Buffer.from("Hello, world.\n");
const PNG = Buffer.from("\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "latin1");
const ZIP = Buffer.from("PK\x03\x04\x14\0\0\0\b\0", "latin1");
const ELF = Buffer.from("\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0", "latin1");

function nameOf(fileName: string, head: Uint8Array): string {
  return formatOf(fileName, head).name;
}

function refusal(fileName: string, head: Uint8Array): AppError {
  try {
    formatOf(fileName, head);
  } catch (error) {
    if (error instanceof AppError) return error;
  }
  throw new Error(`${fileName} was not refused.`);
}

describe("a format is told by name", () => {
  const cases = {
    "a.txt": "text",
    "b.LOG": "text",
    "c.md": "markdown",
    "d.csv": "csv",
    "e.tsv": "tsv",
    "f.json": "json",
    "g.jsonl": "jsonl",
    "tệp tin có dấu.v2.txt": "text",
  };
  for (const [fileName, name] of Object.entries(cases)) {
    test(`${fileName} is ${name}`, () => expect(nameOf(fileName, TEXT)).toBe(name));
  }

  test("the types that clients see", () => {
    expect(formatOf("a.pdf", buildPdf(["x"]))).toEqual({
      name: "pdf",
      mimeType: "application/pdf",
      sourceType: "pdf",
      isText: false,
    });
    expect(formatOf("a.csv", TEXT).mimeType).toBe("text/csv");
  });
});

describe("content beats the name", () => {
  test("a PDF called .txt is a PDF", () => expect(nameOf("a.txt", buildPdf(["x"]))).toBe("pdf"));
  test("a PDF without an extension is a PDF", () =>
    expect(nameOf("a", buildPdf(["x"]))).toBe("pdf"));
  test("a text that speaks of %PDF- is a text", () =>
    expect(nameOf("a.txt", Buffer.from("It starts with %PDF-1.7."))).toBe("text"));
  test("junk before a PDF's header is allowed where the name says PDF", () =>
    expect(nameOf("a.pdf", Buffer.from("\r\n\r\n%PDF-1.4\n"))).toBe("pdf"));
  test("a PNG called .jpg is a PNG", () =>
    expect(formatOf("a.jpg", PNG).mimeType).toBe("image/png"));

  const refused: [string, string, Uint8Array][] = [
    ["text called .pdf", "a.pdf", TEXT],
    ["a zip called .txt", "a.txt", ZIP],
    ["a program called .txt", "a.txt", ELF],
    [
      "noise called .csv",
      "a.csv",
      Uint8Array.from({ length: 4096 }, (_, i) => (i * 167 + (i >> 3) * 31) & 255),
    ],
    ["NULs called .log", "a.log", new Uint8Array(512)],
    ["text called .png", "a.png", TEXT],
    ["an unknown extension", "a.xyz", TEXT],
    ["no extension", "README", TEXT],
  ];
  for (const [what, fileName, head] of refused) {
    test(`${what} is refused`, () => expect(refusal(fileName, head).code).toBe("unsupported_type"));
  }
});

describe("text in any encoding is text", () => {
  const cases: Record<string, Uint8Array> = {
    "UTF-16 LE": Buffer.from("Xin chào các bạn, đây là văn bản.", "utf16le"),
    "windows-1251": Buffer.from("cff0e8e2e5f22c20ece8f021", "hex"),
    "a log with a NUL": Buffer.from(`${"2024-01-01 started\n".repeat(50)}\0`),
    "terminal colours": Buffer.from("\x1b[31merror\x1b[0m: it failed\n"),
  };
  for (const [what, bytes] of Object.entries(cases)) {
    test(what, () => expect(nameOf("a.txt", bytes)).toBe("text"));
  }
});

test("a picture is accepted, whether or not its writing can be recognised here", () => {
  expect(formatOf("scan.png", PNG)).toMatchObject({ name: "png", sourceType: "image" });
  expect(refusal("a.xyz", TEXT).message).toContain("PNG (.png)");
});
