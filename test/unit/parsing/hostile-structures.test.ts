import { afterAll, beforeAll, expect, test } from "bun:test";
import { buildDocx, paragraph } from "../../support/docx.ts";
import { openDocument } from "../../support/office.ts";
import { assemblePdf, streamObject } from "../../support/pdf.ts";
import { type HostileCase, outcomeOf, readerPool, readIn } from "../../support/reader-pool.ts";
import { buildZip } from "../../support/zip.ts";

/** Files of a few KB or MB, each of which claims, repeats or nests what no machine could hold. */
let pool: ReturnType<typeof readerPool>;
beforeAll(() => {
  pool = readerPool({ memoryLimitMb: 768 });
});
afterAll(() => pool.stop());

function mailsWithinMails(depth: number): string {
  const levels = Array.from({ length: depth }, (_, at) => at);
  const head = levels.map(
    (at) =>
      `From: a@example.com\r\nSubject: Level ${at}\r\nContent-Type: multipart/mixed; boundary=b${at}\r\n\r\n--b${at}\r\nContent-Type: message/rfc822\r\n\r\n`,
  );
  const foot = levels.toReversed().map((at) => `\r\n--b${at}--\r\n`);
  return `${head.join("")}From: a@example.com\r\nSubject: Inmost\r\n\r\n950${foot.join("")}`;
}

function multipart(parts: number, part: string): string {
  return `From: a@example.com\r\nSubject: Rent\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n${`--b\r\n${part}\r\n`.repeat(parts)}--b--\r\n`;
}

function pdf(catalog: string, page: string, ...more: readonly string[]): Uint8Array {
  return assemblePdf([
    `<< /Type /Catalog /Pages 2 0 R ${catalog} >>`,
    "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
    `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> ${page} >>`,
    streamObject("", "BT /F1 12 Tf 72 700 Td (The rent is 950 euro.) Tj ET"),
    ...more,
  ]);
}

function epub(items: number): Uint8Array {
  const ids = Array.from({ length: items }, (_, at) => at);
  const item = (at: number) =>
    `<item id="c${at}" href="x${at}/../c.xhtml?${at}" media-type="application/xhtml+xml"/>`;
  const refs = ids.map((at) => `<itemref idref="c${at}"/>`);
  return buildZip({
    mimetype: "application/epub+zip",
    "META-INF/container.xml":
      '<container><rootfiles><rootfile full-path="book.opf"/></rootfiles></container>',
    "book.opf": `<package><manifest>${ids.map(item).join("")}</manifest><spine>${refs.join("")}</spine></package>`,
    "c.xhtml": `<html><body><p>950 ${"euro ".repeat(10_000)}`,
  });
}

const attributes = Array.from({ length: 300_000 }, (_, at) => `a${at}="1"`).join(" ");
const js = String.raw`/S /JavaScript /JS (while\(true\){})`;

/** What is still read of each, or said of it. */
const CASES: readonly HostileCase[] = [
  [
    "two billion spaces in a line",
    "a.odt",
    () =>
      openDocument(
        "text",
        '<office:text><text:p>Rent<text:s text:c="2147483647"/>950</text:p></office:text>',
      ),
    /950/,
  ],
  [
    "styles that are each other's base",
    "a.docx",
    () =>
      buildDocx(paragraph("950", '<w:pStyle w:val="A"/>'), {
        styles:
          '<w:style w:type="paragraph" w:styleId="A"><w:basedOn w:val="B"/></w:style><w:style w:type="paragraph" w:styleId="B"><w:basedOn w:val="A"/></w:style>',
      }),
    /950/,
  ],
  [
    "elements with 300,000 attributes",
    "a.docx",
    () => buildDocx(`<w:p ${attributes}><w:r><w:t>950</w:t></w:r></w:p>`),
    /950/,
  ],
  ["XML with 300,000 attributes", "a.xml", () => `<a ${attributes}>950</a>`, /950/],
  ["HTML with 300,000 attributes", "a.html", () => `<html><body><p ${attributes}>950`, /950/],
  [
    "cells that span a table of millions",
    "a.html",
    () =>
      `<html><body><table>${`<tr>${"<td colspan=1000 rowspan=65534>x</td>".repeat(50)}</tr>`.repeat(500)}<tr><td>950</table>`,
    /950/,
  ],
  ["chapters that are all one", "a.epub", () => epub(5_000), /950/],
  ["mails in mails, 1,000 deep", "a.eml", () => mailsWithinMails(1_000), /Level 0/],
  [
    "100,000 parts",
    "a.eml",
    () => multipart(100_000, "Content-Type: text/plain\r\n\r\n950"),
    /more than 20000 parts/,
  ],
  [
    "10,000 attachments",
    "a.eml",
    () =>
      multipart(
        10_000,
        "Content-Type: text/plain\r\nContent-Disposition: attachment; filename=a.txt\r\n\r\n950",
      ),
    /more than 5000 pages/,
  ],
  [
    "binary data of two billion bytes",
    "a.rtf",
    () => String.raw`{\rtf1 It is 950 euro. \bin2147483647 x}`,
    /950/,
  ],
  [
    "a million pages",
    "a.rtf",
    () => `{\\rtf1 950${String.raw`\page`.repeat(1_000_000)}}`,
    /more than 5000 pages/,
  ],
  ["a quote that is never closed", "a.csv", () => `a,b\n"${"x,y\n".repeat(500_000)}950`, /950/],
  [
    "a record far wider than the others",
    "a.csv",
    () => `${"1,2\n".repeat(50_000)}${"a,".repeat(16_000)}\n`,
    /more than 200 MB of text/,
  ],
  [
    "keys within keys that all are long",
    "a.json",
    () =>
      `${`{"${"k".repeat(1_000)}":`.repeat(90)}{${'"a":950,'.repeat(50_000)}"b":1}${"}".repeat(90)}`,
    /950/,
  ],
  [
    "cells within cells",
    "a.ipynb",
    () => `{"nbformat":4,"metadata":{},"cells":${"[".repeat(500_000)}`,
    /damaged/,
  ],
  [
    "a program, a file and scripts that start",
    "a.pdf",
    () =>
      pdf(
        `/OpenAction << ${js} >> /AA << /WC << /S /Launch /F (/bin/sh) >> >> /Names << /EmbeddedFiles << /Names [(a.exe) << /Type /Filespec /F (a.exe) /EF << /F 5 0 R >> >>] >> /JavaScript << /Names [(x) << ${js} >>] >> >>`,
        "",
        streamObject("/Type /EmbeddedFile", "MZ"),
      ),
    /950/,
  ],
  [
    "an outline of 20,000 levels",
    "a.pdf",
    () =>
      pdf(
        "/Outlines 5 0 R",
        "",
        ...Array.from(
          { length: 20_000 },
          (_, at) =>
            `<< /Title (Rent) /First ${at + 6} 0 R /Last ${at + 6} 0 R /Dest [3 0 R /Fit] >>`,
        ),
      ),
    /950/,
  ],
  [
    "20,000 remarks on a page",
    "a.pdf",
    () =>
      pdf(
        "",
        `/Annots [${"<< /Type /Annot /Subtype /Text /Contents (note) /Rect [0 0 1 1] >> ".repeat(20_000)}]`,
      ),
    /950/,
  ],
  [
    "the same page 5,000 times",
    "a.pdf",
    () =>
      assemblePdf([
        "<< /Type /Catalog /Pages 2 0 R >>",
        `<< /Type /Pages /Kids [${"3 0 R ".repeat(5_000)}] /Count 5000 >>`,
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] >>",
      ]),
    /scan/,
  ],
  [
    "pages 5,000 levels deep",
    "a.pdf",
    () =>
      assemblePdf([
        "<< /Type /Catalog /Pages 2 0 R >>",
        ...Array.from(
          { length: 5_000 },
          (_, at) => `<< /Type /Pages /Kids [${at + 3} 0 R] /Count 1 >>`,
        ),
        "<< /Type /Page /MediaBox [0 0 612 792] >>",
      ]),
    /scan/,
  ],
  [
    "a tile a hundred thousandth of a point wide",
    "a.pdf",
    () =>
      pdf(
        "",
        "/Pattern << /P 5 0 R >>",
        streamObject(
          "/Type /Pattern /PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 1 1] /XStep 0.00001 /YStep 0.00001 /Resources << >>",
          "0 0 1 1 re f",
        ),
      ),
    /950/,
  ],
];

test.each(CASES)("%s (%s) end at once, and well", async (_what, name, make, outcome) => {
  expect(await outcomeOf(readIn(pool, name, await make()))).toMatch(outcome);
});
