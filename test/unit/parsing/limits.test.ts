import { afterEach, describe, expect, test } from "bun:test";
import { readConfig } from "../../../src/config.ts";
import { PermanentError } from "../../../src/error.ts";
import type { ParserPool, ParserPoolOptions } from "../../../src/parsing/pool/parser-pool.ts";
import { buildDocx, paragraph } from "../../support/docx.ts";
import { failureOf } from "../../support/failure.ts";
import { contentTypesXml } from "../../support/office.ts";
import { buildPdf } from "../../support/pdf.ts";
import { readPages } from "../../support/read-pages.ts";
import { readerPool, readIn } from "../../support/reader-pool.ts";
import { buildZip } from "../../support/zip.ts";

/** What a document may cost where these settings alone are made. */
function limits(env: Readonly<Record<string, string>>) {
  return readConfig(env).parsing;
}

const pools: ParserPool[] = [];
afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.stop()));
});

function poolOf(options: Partial<ParserPoolOptions>): ParserPool {
  const made = readerPool(options);
  pools.push(made);
  return made;
}

async function sentence(reading: Promise<unknown>): Promise<string> {
  const error = await failureOf(reading);
  expect(error).toBeInstanceOf(PermanentError);
  return error.message;
}

test("where nothing is set the limits are those that the README names", () => {
  expect(limits({})).toMatchObject({
    deadlineSeconds: 120,
    memoryMb: 1024,
    pagesMax: 5_000,
    textMbMax: 200,
    unpackedRatioMax: 100,
    unpackedMbMax: 1024,
    nestingMax: 10,
    entriesMax: 10_000,
  });
});

describe("each limit is a setting", () => {
  test("PARSE_PAGES_MAX: no page is read beyond it", async () => {
    const few = limits({ PARSE_PAGES_MAX: "3" });
    const three = buildPdf(["One", "Two", "Three"]);
    expect(await readPages("a.pdf", three, few)).toHaveLength(3);
    const four = buildPdf(["One", "Two", "Three", "Four"]);
    expect(await sentence(readPages("a.pdf", four, few))).toMatch(/\b3\b.*\.$/);
  });

  test("PARSE_TEXT_MB_MAX", async () => {
    const little = limits({ PARSE_TEXT_MB_MAX: "1" });
    const text = "a".repeat(1024 * 1024);
    expect(await readPages("a.txt", text, little)).toEqual([text]);
    expect(await sentence(readPages("a.txt", `${text}b`, little))).toBe(
      "The document holds more than 1 MB of text; split it, and upload the parts.",
    );
  });

  test("PARSE_TEXT_MB_MAX, as it is read: what a few bytes repeat is not written out first", async () => {
    const prefix = "a number with a long word before it ".repeat(30_000);
    const items = "<text:list-item><text:p>950</text:p></text:list-item>".repeat(5_000);
    const list = `<office:document office:mimetype="application/vnd.oasis.opendocument.text"><office:automatic-styles><text:list-style style:name="L"><text:list-level-style-number text:level="1" style:num-format="1" style:num-prefix="${prefix}"/></text:list-style></office:automatic-styles><office:body><office:text><text:list text:style-name="L">${items}</text:list></office:text></office:body></office:document>`;
    // All of it would take 10 GB.
    const reading = readIn(poolOf({ memoryLimitMb: 512 }), "a.fodt", list);
    expect(await sentence(reading)).toStartWith("The document holds more than 200 MB of text");
  });

  test("PARSE_TEXT_MB_MAX, for the files within one together", async () => {
    const little = limits({ PARSE_TEXT_MB_MAX: "1" });
    const half = Buffer.from("word ".repeat(120_000)).toString("base64");
    const attached = (name: string) =>
      `--b\r\nContent-Type: text/plain; name=${name}\r\nContent-Disposition: attachment; filename=${name}\r\nContent-Transfer-Encoding: base64\r\n\r\n${half}\r\n`;
    const mail = `From: a@example.com\r\nSubject: Two\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n${attached("a.txt")}${attached("b.txt")}--b--\r\n`;
    const pages = await readPages("a.eml", mail, little);
    expect(pages[0]).toContain("b.txt. The document holds more than 1 MB of text;");
    expect(pages).toHaveLength(2);
  });

  test("PARSE_UNPACKED_MB_MAX and PARSE_UNPACKED_RATIO_MAX", async () => {
    const types = contentTypesXml("word/document.xml", "wordprocessingml.document");
    const large = buildZip({
      "[Content_Types].xml": types,
      "word/a": Buffer.alloc(3_000_000, "ab"),
    });
    const mb = limits({ PARSE_UNPACKED_MB_MAX: "2", PARSE_UNPACKED_RATIO_MAX: "100000" });
    const ratio = limits({ PARSE_UNPACKED_RATIO_MAX: "10" });
    for (const given of [mb, ratio])
      expect(await sentence(readPages("a.docx", large, given))).toContain("grow beyond");
    const neither = limits({ PARSE_UNPACKED_RATIO_MAX: "100000" });
    expect(await sentence(readPages("a.docx", large, neither))).not.toContain("grow beyond");
  });

  test("PARSE_UNPACKED_MB_MAX, for what lies within a mail and the mails within it", async () => {
    const large = buildDocx(paragraph("The rent is 950 euro."), {
      settings: "x".repeat(2_000_000),
    });
    const document = Buffer.from(large).toString("base64");
    const attached = (name: string) =>
      `--b\r\nContent-Type: application/x; name=${name}\r\nContent-Disposition: attachment; filename=${name}\r\nContent-Transfer-Encoding: base64\r\n\r\n${document}\r\n`;
    const inner = `From: a@example.com\r\nSubject: Inner\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n${attached("b.docx")}--b--\r\n`;
    const mail = `From: a@example.com\r\nSubject: Outer\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n${attached("a.docx")}--b\r\nContent-Type: message/rfc822\r\n\r\n${inner.replaceAll("--b", "--c").replace("=b", "=c")}\r\n--b--\r\n`;
    const given = { PARSE_UNPACKED_RATIO_MAX: "100000" };
    const enough = await readPages("a.eml", mail, limits({ ...given, PARSE_UNPACKED_MB_MAX: "5" }));
    expect(enough.join("\n").match(/The rent is 950 euro/g)).toHaveLength(2);
    const little = await readPages("a.eml", mail, limits({ ...given, PARSE_UNPACKED_MB_MAX: "3" }));
    expect(little.join("\n").match(/The rent is 950 euro/g)).toHaveLength(1);
    expect(little.join("\n")).toContain(
      "b.docx. The files in the document are larger than 3 MB together; save what matters by itself, and upload that.",
    );
  });

  test("PARSE_NESTING_MAX", async () => {
    let mail = "From: a@example.com\r\nSubject: Inmost\r\n\r\nThe rent is 950 euro.";
    for (let depth = 0; depth < 3; depth++)
      mail = `From: a@example.com\r\nSubject: Level ${depth}\r\nContent-Type: multipart/mixed; boundary=b${depth}\r\n\r\n--b${depth}\r\nContent-Type: message/rfc822\r\n\r\n${mail}\r\n--b${depth}--\r\n`;
    const deep = await readPages("a.eml", mail, limits({ PARSE_NESTING_MAX: "3" }));
    expect(deep.join("\n")).toContain("950 euro");
    const shallow = await readPages("a.eml", mail, limits({ PARSE_NESTING_MAX: "2" }));
    expect(shallow.join("\n")).not.toContain("950 euro");
    expect(shallow.join("\n")).toContain("more than 2 deep");
  });

  test("PARSE_DEADLINE_SECONDS", async () => {
    const pages = Array.from({ length: 1_000 }, (_, at) => `Page ${at}. ${"word ".repeat(500)}`);
    const reading = readIn(poolOf({ deadlineSeconds: 0.2 }), "a.pdf", buildPdf(pages));
    expect(await sentence(reading)).toContain("longer than 0.2 seconds");
  });

  test("PARSE_MEMORY_MB", async () => {
    const reading = readIn(
      poolOf({ memoryLimitMb: 150 }),
      "a.json",
      `{"a": "${"words without end ".repeat(6_000_000)}"}`,
    );
    expect(await sentence(reading)).toContain("150 MB of memory");
  });
});
