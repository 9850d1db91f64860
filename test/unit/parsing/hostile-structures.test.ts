import { read, write } from "@e965/xlsx";
import { afterAll, beforeAll, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { PermanentError } from "../../../src/error.ts";
import { Ole } from "../../../src/parsing/ole.ts";
import { sourceOfBytes } from "../../../src/parsing/source.ts";
import { buildDocx, paragraph } from "../../support/docx.ts";
import { buildOle } from "../../support/ole.ts";
import { assemblePdf, streamObject } from "../../support/pdf.ts";
import { readerPool, readIn } from "../../support/reader-pool.ts";
import { buildZip, zipParts } from "../../support/zip.ts";

/** Files of a few KB or MB, each of which claims, repeats or nests what no machine could hold. */
let pool: ReturnType<typeof readerPool>;
beforeAll(() => {
  pool = readerPool({ memoryLimitMb: 768 });
});
afterAll(() => pool.stop());

const TYPES = "http://schemas.openxmlformats.org/package/2006/content-types";
const SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml";
const MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"';
const OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

/** A workbook of one sheet. @param sheet what stands in it */
function workbook(sheet: string): Uint8Array {
  const relation = (target: string, type: string) =>
    `<Relationships><Relationship Id="r1" Target="${target}" Type="${OFFICE}/${type}"/></Relationships>`;
  return buildZip({
    "[Content_Types].xml": `<Types xmlns="${TYPES}"><Override PartName="/xl/workbook.xml" ContentType="${SHEET_TYPE}"/></Types>`,
    "_rels/.rels": relation("xl/workbook.xml", "officeDocument"),
    "xl/workbook.xml": `<workbook ${MAIN}><sheets><sheet name="Rent" sheetId="1" r:id="r1"/></sheets></workbook>`,
    "xl/_rels/workbook.xml.rels": relation("worksheets/sheet1.xml", "worksheet"),
    "xl/worksheets/sheet1.xml": `<worksheet ${MAIN}>${sheet}</worksheet>`,
  });
}

/** A workbook of before 2007 whose properties claim to be millions. */
async function workbookOfProperties(): Promise<Uint8Array> {
  const old = write(read("rent,950\n", { type: "string" }), {
    bookType: "biff8",
    type: "buffer",
  }) as Buffer;
  const ole = await Ole.open(sourceOfBytes(new Uint8Array(old)));
  const entry = (await ole.entriesOf()).find(({ name }) => name === "Workbook");
  const properties = Buffer.alloc(5_000);
  properties.writeUInt16LE(0xfffe, 0);
  properties.writeUInt32LE(1, 24);
  properties.write("02d5cdd59c2e1b10939708002b2cf9ae", 28, "hex");
  properties.writeUInt32LE(48, 44);
  properties.writeUInt32LE(200, 48);
  properties.writeUInt32LE(50_000_000, 52);
  return buildOle({
    Workbook: entry ? await ole.bytesOf(entry) : "",
    "\u0005DocumentSummaryInformation": properties,
  });
}

async function streamOfOldWorkbook(): Promise<Uint8Array> {
  const path = join(import.meta.dir, "../../data/sheets/source.xls");
  const ole = await Ole.open(sourceOfBytes(new Uint8Array(readFileSync(path))));
  const entry = (await ole.entriesOf()).find(({ name }) => name === "Workbook");
  return entry ? await ole.bytesOf(entry) : new Uint8Array();
}

/** A workbook of before 2007 whose formulas end before they say how long they are; fillers stand for the rest. */
async function workbookOfFormulas(): Promise<Uint8Array> {
  const [formula, filler, head, value] = [6, 0x7fff, 4, 20];
  const stream = Buffer.from(await streamOfOldWorkbook());
  for (let at = 0; at + head <= stream.length;) {
    const length = stream.readUInt16LE(at + 2);
    if (stream.readUInt16LE(at) === formula) {
      stream.writeUInt16LE(value, at + 2);
      stream.writeUInt16LE(filler, at + head + value);
      stream.writeUInt16LE(length - value - head, at + head + value + 2);
    }
    at += head + length;
  }
  return buildOle({ Workbook: stream });
}

/** What Excel notes beside its cells, of which there are as many as a number can say (MS-XLSB 2.4.722). */
async function workbookOfMetadata(): Promise<Uint8Array> {
  const made: unknown = write(read("rent,950\n", { type: "string" }), {
    bookType: "xlsb",
    type: "array",
  });
  const parts = await zipParts(new Uint8Array(made as ArrayBuffer));
  const blocks = Buffer.from("330cffffff7f0000000000000000", "hex");
  return buildZip({ ...parts, "xl/metadata.bin": blocks });
}

/** One in which a record is put just before its end. */
async function workbookWithRecord(type: number, content: Uint8Array): Promise<Uint8Array> {
  const [end, head] = [10, 4];
  const stream = Buffer.from(await streamOfOldWorkbook());
  const record = Buffer.alloc(head + content.length);
  record.writeUInt16LE(type, 0);
  record.writeUInt16LE(content.length, 2);
  record.set(content, head);
  let last = 0;
  for (let at = 0; at + head <= stream.length; at += head + stream.readUInt16LE(at + 2))
    if (stream.readUInt16LE(at) === end) last = at;
  const whole = Buffer.concat([stream.subarray(0, last), record, stream.subarray(last)]);
  return buildOle({ Workbook: whole });
}

/** A link over all cells that four numbers of two bytes can tell, to a place in the workbook (MS-XLS 2.4.140). */
function linkOverAll(): Uint8Array {
  const link = Buffer.alloc(40);
  link.writeUInt16LE(0xffff, 2);
  link.writeUInt16LE(0xffff, 6);
  link.write("d0c9ea79f9bace118c8200aa004ba90b", 8, "hex");
  link.writeUInt32LE(2, 24);
  return link;
}

const CELL = '<row r="1"><c r="A1"><v>950</v></c></row>';
const whole = "A1:XFD1048576";

function openDocument(kind: string, body: string): Uint8Array {
  return buildZip({
    mimetype: `application/vnd.oasis.opendocument.${kind}`,
    "META-INF/manifest.xml": "<manifest:manifest/>",
    "content.xml": `<office:document-content><office:body>${body}</office:body></office:document-content>`,
  });
}

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
const CASES: readonly (readonly [
  what: string,
  name: string,
  make: () => string | Uint8Array | Promise<Uint8Array>,
  outcome: RegExp,
])[] = [
  [
    "a used range of a whole sheet",
    "a.xlsx",
    () =>
      workbook(
        `<dimension ref="${whole}"/><sheetData>${CELL}<row r="1048576"><c r="XFD1048576"><v>960</v></c></row></sheetData>`,
      ),
    /950[^]*960/,
  ],
  [
    "a link over a whole sheet",
    "a.xlsx",
    () =>
      workbook(
        `<sheetData>${CELL}</sheetData><hyperlinks><hyperlink ref="${whole}" location="x"/></hyperlinks>`,
      ),
    /950/,
  ],
  [
    "rows and columns beyond all sheets",
    "a.xlsx",
    () =>
      workbook(
        `<sheetData>${CELL}<row r="4294967295"><c r="ZZZZZZ4294967295"><v>1</v></c></row></sheetData>`,
      ),
    /950/,
  ],
  [
    "shared strings that are not there",
    "a.xlsx",
    () =>
      workbook(
        '<sheetData><row r="1"><c r="A1" t="s"><v>999999999</v></c><c r="B1"><v>950</v></c></row></sheetData>',
      ),
    /damaged/,
  ],
  ["properties by the million", "a.xls", workbookOfProperties, /950/],
  ["formulas that end too soon", "a.xls", workbookOfFormulas, /2,034\.50/],
  [
    "a link over more than a whole sheet",
    "a.xls",
    () => workbookWithRecord(0x1b8, linkOverAll()),
    /2,034\.50/,
  ],
  ["notes on two billion cells", "a.xlsb", workbookOfMetadata, /950/],
  [
    "rows repeated 1e9 times",
    "a.ods",
    () =>
      openDocument(
        "spreadsheet",
        '<office:spreadsheet><table:table table:name="a"><table:table-row table:number-rows-repeated="1e9"><table:table-cell office:value-type="float" office:value="1"><text:p>1</text:p></table:table-cell></table:table-row></table:table></office:spreadsheet>',
      ),
    /million cells/,
  ],
  [
    "80,000 rows that begin and never end",
    "a.ods",
    () => openDocument("spreadsheet", "<table-row ".repeat(80_000)),
    /damaged/,
  ],
  [
    "two billion spaces in a cell",
    "a.ods",
    () =>
      openDocument(
        "spreadsheet",
        '<office:spreadsheet><table:table table:name="a"><table:table-row><table:table-cell><text:p>950<text:s text:c="2147483647"/></text:p></table:table-cell></table:table-row></table:table></office:spreadsheet>',
      ),
    /damaged/,
  ],
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
    "rows repeated a billion times",
    "a.ods",
    () =>
      openDocument(
        "spreadsheet",
        '<office:spreadsheet><table:table table:name="a"><table:table-row table:number-rows-repeated="1048576"><table:table-cell table:number-columns-repeated="16384" office:value-type="float" office:value="1"/></table:table-row></table:table></office:spreadsheet>',
      ),
    /more than 10 million cells/,
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
    /damaged/,
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

/** Its text, or the sentence with which it fails for good. */
async function outcomeOf(reading: ReturnType<typeof readIn>): Promise<string> {
  try {
    return (await reading).document.text;
  } catch (error) {
    if (error instanceof PermanentError) return error.message;
    throw error;
  }
}
