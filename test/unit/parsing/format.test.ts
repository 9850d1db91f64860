import { describe, expect, test } from "bun:test";
import { AppError } from "../../../src/error.ts";
import { type Format, formatOf, pageUnitOf } from "../../../src/parsing/format.ts";
import { sampleOfBytes } from "../../../src/parsing/telling/sample.ts";
import { buildOle } from "../../support/ole.ts";
import { buildPdf } from "../../support/pdf.ts";
import { buildZip } from "../../support/zip.ts";

const TEXT = Buffer.from("Hello, world.\n");
const PNG = Buffer.from("\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "latin1");
const ZIP = buildZip({ "photos/1.jpg": "\xff\xd8\xff", "read me.txt": "Some photos." });
const PROGRAM = Buffer.from("MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff\0\0", "latin1");
const ELF = Buffer.from("\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0", "latin1");

async function tell(fileName: string, bytes: Uint8Array): Promise<Format> {
  return formatOf(fileName, await sampleOfBytes(bytes));
}

async function nameOf(fileName: string, bytes: Uint8Array): Promise<string> {
  return (await tell(fileName, bytes)).name;
}

async function refusal(fileName: string, bytes: Uint8Array): Promise<AppError> {
  try {
    await tell(fileName, bytes);
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
    "h.geojson": "json",
    "i.rst": "text",
    "j.srt": "text",
    "k.YAML": "text",
    "l.py": "text",
    "m.svg": "xml",
    "n.ics": "calendar",
    "tệp tin có dấu.v2.txt": "text",
  };
  for (const [fileName, name] of Object.entries(cases)) {
    test(`${fileName} is ${name}`, async () => expect(await nameOf(fileName, TEXT)).toBe(name));
  }

  test("its MIME type and source type are those that clients see", async () => {
    expect(await tell("a.pdf", buildPdf(["x"]))).toEqual({
      name: "pdf",
      mimeType: "application/pdf",
      sourceType: "pdf",
      isText: false,
    });
    expect((await tell("a.csv", TEXT)).mimeType).toBe("text/csv");
  });
});

test("pages are called what people count a document by", () => {
  const units = [
    "pdf",
    "docx",
    "odp",
    "pptx",
    "ods",
    "xlsx",
    "xls",
    "epub",
    "msg",
    "text",
    "image",
  ];
  expect(units.map(pageUnitOf).join(" ")).toBe(
    "page page slide slide sheet sheet sheet part part page page",
  );
});

const NOISE = Uint8Array.from({ length: 4096 }, (_, i) => (i * 167 + (i >> 3) * 31) & 255);

describe("content beats the name", () => {
  test("a PDF called .txt is a PDF", async () =>
    expect(await nameOf("a.txt", buildPdf(["x"]))).toBe("pdf"));
  test("a PDF without an extension is a PDF", async () =>
    expect(await nameOf("a", buildPdf(["x"]))).toBe("pdf"));
  test("a text without an extension is a text", async () =>
    expect(await nameOf("README", TEXT)).toBe("text"));
  test("a text that speaks of %PDF- is a text", async () =>
    expect(await nameOf("a.txt", Buffer.from("It starts with %PDF-1.7."))).toBe("text"));
  test("junk before a PDF's header is allowed where the name says PDF", async () =>
    expect(await nameOf("a.pdf", Buffer.from("\r\n\r\n%PDF-1.4\n"))).toBe("pdf"));
  test("a PNG called .jpg is a PNG", async () =>
    expect((await tell("a.jpg", PNG)).mimeType).toBe("image/png"));

  const refused: [string, string, Uint8Array][] = [
    ["text called .pdf", "a.pdf", TEXT],
    ["a zip called .txt", "a.txt", ZIP],
    ["a program called .txt", "a.txt", ELF],
    ["noise called .csv", "a.csv", NOISE],
    ["NULs called .log", "a.log", new Uint8Array(512)],
    ["text called .png", "a.png", TEXT],
    ["an unknown extension", "a.xyz", TEXT],
    ["noise without an extension", "a", NOISE],
  ];
  for (const [what, fileName, head] of refused) {
    test(`${what} is refused`, async () =>
      expect((await refusal(fileName, head)).code).toBe("unsupported_type"));
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
    test(what, async () => expect(await nameOf("a.txt", bytes)).toBe("text"));
  }
});

test("a picture is accepted, whether or not its writing can be recognised here", async () => {
  expect(await tell("scan.png", PNG)).toMatchObject({ name: "png", sourceType: "image" });
  expect((await refusal("a.xyz", TEXT)).message).toContain("pictures");
});

/** Any name: none tells more than what lies in the file. */
const NAMES = ["a", "a.txt", "a.docx", "a.zip", "a.bin", "a.doc"];

describe("a container is told by what lies in it", () => {
  const types = (main: string) =>
    `<Types><Override PartName="/p.xml" ContentType="${main}"/></Types>`;
  const presentation =
    "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml";
  const cases: Record<string, [string, Uint8Array][]> = {
    pptx: [
      [
        "by the type of its main part",
        buildZip({ "[Content_Types].xml": types(presentation), "p.xml": "" }),
      ],
      ["by its folder", buildZip({ "ppt/presentation.xml": "", "[Content_Types].xml": "" })],
      [
        "behind pictures",
        buildZip({ "a.png": "x".repeat(9000), "[Content_Types].xml": "", "ppt/p.xml": "" }, [
          "a.png",
        ]),
      ],
      ["with backslashes", buildZip({ "[Content_Types].xml": "", "ppt\\presentation.xml": "" })],
    ],
  };
  for (const [name, files] of Object.entries(cases)) {
    for (const [how, bytes] of files) {
      test(`${name} ${how}`, async () => {
        for (const fileName of NAMES) expect(await nameOf(fileName, bytes)).toBe(name);
      });
    }
  }

  test("one that was cut short is what its name says, and its reader says that it is damaged", async () => {
    const whole = buildZip({
      "ppt/slides/slide1.xml": "x",
      "ppt/presentation.xml": "y".repeat(99),
    });
    expect(await nameOf("a.pptx", whole.subarray(0, 60))).toBe("pptx");
    expect((await refusal("a.txt", whole.subarray(0, 60))).code).toBe("unsupported_type");
  });

  test("an encrypted one is what its name says, and its reader says that it is encrypted", async () => {
    const encrypted = buildOle({ EncryptionInfo: "x", EncryptedPackage: "y" });
    expect(await nameOf("a.pptx", encrypted)).toBe("pptx");
    expect((await refusal("a", encrypted)).message).toStartWith('"a" is password-protected;');
  });
});

describe("what bears an office program's name without being its file", () => {
  const workbook =
    '<?xml version="1.0"?>\n<?mso-application progid="Excel.Sheet"?>\n<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">';

  test.each([
    ["report.xls", "Name\tAge\nAda\t36\n", "csv"],
    ["report.xls", "\n<table border=1><tr><td>a</td></tr></table>", "html"],
    ["report.xls", "<html><body><table></table></body></html>", "html"],
    ["letter.doc", "Dear Ada,\n", "text"],
    ["letter.doc", "<p>Dear Ada,</p>", "html"],
    ["letter.doc", "{\\rtf1 Dear Ada}", "rtf"],
    ["report.xls", workbook, "xls"],
    ["report.xml", workbook, "xls"],
  ])("%s: %s", async (fileName, text, name) => {
    expect(await nameOf(fileName, Buffer.from(text))).toBe(name);
  });

  test("a program is refused as one", async () => {
    expect((await refusal("a.xls", PROGRAM)).message).toContain("is a program, not a document");
    expect((await refusal("a.doc", ELF)).message).toContain("is a program, not a document");
  });
});

describe("what is known and not read is refused by its own name", () => {
  const cases: [string, Uint8Array, string][] = [
    ["a.zip", ZIP, "is an archive; upload the files that lie in it."],
    ["a.pptx", ZIP, "is an archive; upload the files that lie in it."],
    ["a.tar.gz", Buffer.from("1f8b0800", "hex"), "is an archive; upload the files that lie in it."],
    ["a.rar", Buffer.from("Rar!\x1a\x07\x01\0", "latin1"), "is an archive;"],
    ["a.pages", buildZip({ "Index/Document.iwa": "x", "preview.jpg": "y" }), "export it as PDF"],
    ["a.heic", Buffer.from("\0\0\0\x18ftypheic\0\0\0\0"), "save it as JPEG or PNG"],
    [
      "a.mp4",
      Buffer.from("\0\0\0\x18ftypisom\0\0\0\0"),
      "is a film or a sound, not a document; what can be read is PDF,",
    ],
    [
      "a.mp3",
      Buffer.from("ID3\x03\0\0\0\0"),
      "is a film or a sound, not a document; what can be read is PDF,",
    ],
    ["a.doc", buildOle({ WordDocument: "x" }), "save it as .docx and upload that."],
    [
      "a",
      buildOle({ "PowerPoint Document": "x", Pictures: "y" }),
      "save it as .pptx and upload that.",
    ],
    [
      "a.doc",
      buildOle({ WordDocument: "x", ObjectPool: { _1: { Workbook: "y" } } }),
      "save it as .docx and upload that.",
    ],
    ["a.pptx", PROGRAM, "is a program, not a document; what can be read is PDF,"],
    ["a.docx", ELF, "is a program, not a document; what can be read is PDF,"],
    ["a.xyz", TEXT, "is of a type that cannot be read; what can be read is PDF, Word,"],
  ];
  for (const [fileName, bytes, sentence] of cases) {
    test(`${fileName}: ${sentence}`, async () => {
      const { code, message } = await refusal(fileName, bytes);
      expect(code).toBe("unsupported_type");
      expect(message).toContain(`"${fileName}" `);
      expect(message).toContain(sentence);
    });
  }
});
