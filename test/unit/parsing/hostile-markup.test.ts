import { afterAll, describe, expect, test } from "bun:test";
import { PermanentError } from "../../../src/error.ts";
import { Archive } from "../../../src/parsing/archive.ts";
import type { ParseResult } from "../../../src/parsing/pool/parser-pool.ts";
import { isZip } from "../../../src/parsing/telling/zip-kind.ts";
import { SMALL_FILES } from "../../support/good-files.ts";
import { LIMITS } from "../../support/limits.ts";
import { assemblePdf, streamObject } from "../../support/pdf.ts";
import { readerPool, readIn } from "../../support/reader-pool.ts";
import { buildZip } from "../../support/zip.ts";

const pool = readerPool({ memoryLimitMb: 512, deadlineSeconds: 20 });
/** Whoever asks here was told to by a document. */
const asked: string[] = [];
const listener = Bun.serve({
  port: 0,
  hostname: "127.0.0.1",
  fetch: ({ url }) => {
    asked.push(url);
    return new Response("<!ENTITY secret 'fetched'>");
  },
});
const ADDRESS = `http://127.0.0.1:${listener.port}`;

afterAll(async () => {
  await pool.stop();
  await listener.stop(true);
});

const LAUGHS = Array.from({ length: 12 }, (_, at) => {
  const before = at === 0 ? "ha" : `&l${at - 1};`.repeat(10);
  return `<!ENTITY l${at} "${before}">`;
}).join("");
const DOCTYPES = [
  ["entities within entities", `<!DOCTYPE x [${LAUGHS}]>`, "&l11;"],
  ["an entity that is a file", '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>', "&e;"],
  ["an entity of the network", `<!DOCTYPE x [<!ENTITY e SYSTEM "${ADDRESS}/e">]>`, "&e;"],
  ["a DTD of the network", `<!DOCTYPE x SYSTEM "${ADDRESS}/x.dtd">`, "&secret;"],
  ["a parameter entity", `<!DOCTYPE x [<!ENTITY % p SYSTEM "${ADDRESS}/p"> %p;]>`, "&secret;"],
] as const;
const XML = /\.(xml|opf|xhtml|rels)$/;
const MARKUP = SMALL_FILES.filter(({ name, bytes }) => isZip(bytes) || /\.(xml|html)$/.test(name));

/** Puts a document type before each part that is XML, and what it declares into each text. */
async function poisoned(bytes: Uint8Array, doctype: string, use: string): Promise<Uint8Array> {
  const poison = (content: Uint8Array) =>
    Buffer.from(
      doctype +
        Buffer.from(content)
          .toString()
          .replace(/^<\?xml[^>]*>/, "")
          .replaceAll(/>([^<>]*\w[^<>]*)</g, `>$1${use}<`),
    );
  if (!isZip(bytes)) return poison(bytes);
  const archive = await Archive.open(bytes, "archive", LIMITS);
  const parts: Record<string, Uint8Array> = {};
  for (const name of archive.names()) {
    const part = (await archive.bytes(name)) ?? new Uint8Array();
    parts[name] = XML.test(name) ? poison(part) : part;
  }
  return buildZip(parts);
}

/** Its text, or a failure for good. */
async function endOf(reading: Promise<ParseResult>): Promise<string> {
  try {
    return (await reading).document.text;
  } catch (error) {
    if (error instanceof PermanentError) return error.message;
    throw error;
  }
}

describe.each(MARKUP.map(({ name, bytes }) => [name, bytes] as const))("%s", (name, bytes) => {
  test.each(DOCTYPES)("with %s", async (_what, doctype, use) => {
    const said = await endOf(readIn(pool, name, await poisoned(bytes, doctype, use)));
    expect(said.length).toBeLessThan(10_000);
    expect(said).not.toMatch(/root:|fetched|of memory|longer than/);
    expect(asked).toEqual([]);
  });
});

test("nothing that a document names is fetched", async () => {
  const page = `<html><head><link rel=stylesheet href="${ADDRESS}/a.css"><script src="${ADDRESS}/a.js"></script>
    <base href="${ADDRESS}/"><meta http-equiv=refresh content="0;url=${ADDRESS}/r"></head><body>
    <h1>Rent</h1><img src="${ADDRESS}/a.png"><iframe src="${ADDRESS}/f"></iframe><p>It is 950 euro.
    <object data="${ADDRESS}/o"></object><svg><image href="${ADDRESS}/s"/></svg></body></html>`;
  const pdf = assemblePdf([
    `<< /Type /Catalog /Pages 2 0 R /OpenAction << /S /URI /URI (${ADDRESS}/open) >> >>`,
    "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
    "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Resources << /Font << /F1 6 0 R >> >> /Contents [4 0 R 5 0 R] >>",
    streamObject("", "BT /F1 12 Tf 72 700 Td (The rent is 950 euro.) Tj ET"),
    streamObject(`/F << /FS /URL /F (${ADDRESS}/stream) >>`, "BT ET"),
    "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /FontDescriptor << /Type /FontDescriptor /FontFile << /FS /URL >> >> >>",
  ]);
  const mail = `From: a@example.com\r\nSubject: Rent\r\nContent-Type: text/html\r\n\r\n${page}`;
  const rtf = String.raw`{\rtf1 {\field{\*\fldinst INCLUDEPICTURE "${ADDRESS}/p.png"}{\fldrslt x}}{\*\template ${ADDRESS}/t.dot} It is 950 euro.}`;
  const notebook = JSON.stringify({
    nbformat: 4,
    metadata: {},
    cells: [{ cell_type: "markdown", source: [`![](${ADDRESS}/n.png) It is 950 euro.`] }],
  });
  const files = { "a.html": page, "a.pdf": pdf, "a.eml": mail, "a.rtf": rtf, "a.ipynb": notebook };
  for (const [name, content] of Object.entries(files))
    expect(await endOf(readIn(pool, name, content))).toContain("950 euro");
  expect(asked).toEqual([]);
});

describe("elements within elements, 100,000 deep", () => {
  const deep = (start: string, open: string, close: string, end: string) =>
    `${start}${open.repeat(100_000)}950 euro${close.repeat(100_000)}${end}`;
  test.each([
    ["a.html", deep("<html><body>", "<div>", "</div>", "</body></html>")],
    ["b.html", deep("<html><body>", "<table><tr><td>", "</td></tr></table>", "</body></html>")],
    ["c.html", deep("<html><body>", "<ul><li>", "</li></ul>", "</body></html>")],
    ["a.xml", deep("<a>", "<b>", "</b>", "</a>")],
    ["a.json", deep("", '{"a":[', "]}", "")],
    ["a.rtf", deep(String.raw`{\rtf1 `, "{", "}", "}")],
    ["a.md", deep("", "> - ", "", "\n")],
    ["b.md", deep("", "[", "](x)", "\n")],
    [
      "a.pdf",
      `%PDF-1.7\n1 0 obj\n${deep("", "[<</A ", ">>]", "")}\nendobj\ntrailer <</Root 1 0 R>>`,
    ],
  ])("%s ends well", async (name, content) => {
    const said = await endOf(readIn(pool, name, content));
    expect(said).not.toMatch(/longer than|of memory/);
  });
});
