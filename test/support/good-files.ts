import { read, write } from "@e965/xlsx";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { contentTypesXml } from "./office.ts";
import { buildOle } from "./ole.ts";
import { buildPdf, pdfWith } from "./pdf.ts";
import { bmpOf, tiffOf } from "./picture.ts";
import { signed } from "./signed.ts";
import { buildZip } from "./zip.ts";

/** A file of which bad ones are made. */
export interface GoodFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

const FOLDERS = ["../data", "../../../shared/documents"].map((path) => join(import.meta.dir, path));
/** A large file costs the same time for each of its mutants, and finds no more. */
const SEED_BYTES_MAX = 400 * 1024;
const ROWS = 'name,amount,day\nrent,950,2024-03-01\n"a, ""quoted"" one",12.5,2024-03-02\n';

/** Files of every format: those that are committed, the shared ones where they are there, and some built here. */
export function goodFiles(): GoodFile[] {
  return [
    ...SMALL_FILES,
    ...ODD_FILES,
    ...FOLDERS.filter((folder) => existsSync(folder)).flatMap(filesIn),
  ];
}

function filesIn(folder: string): GoodFile[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => ({ name, path: join(folder, name) }))
    .filter(({ path }) => statSync(path).isFile() && statSync(path).size <= SEED_BYTES_MAX)
    .map(({ name, path }) => ({ name, bytes: new Uint8Array(readFileSync(path)) }))
    .toSorted((a, b) => a.name.localeCompare(b.name));
}

const RELATIONS = (target: string, type: string) =>
  `<Relationships><Relationship Id="r1" Target="${target}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/${type}"/></Relationships>`;

const DOCX = buildZip({
  "[Content_Types].xml": contentTypesXml("word/document.xml", "wordprocessingml.document"),
  "_rels/.rels": RELATIONS("word/document.xml", "officeDocument"),
  "word/document.xml":
    '<w:document xmlns:w="w"><w:body><w:p><w:pPr><w:pStyle w:val="Heading1"/></w:pPr><w:r><w:t>Lease</w:t></w:r></w:p><w:p><w:r><w:t>The rent is 950 euro.</w:t></w:r></w:p><w:tbl><w:tr><w:tc><w:p><w:r><w:t>a</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>b</w:t></w:r></w:p></w:tc></w:tr></w:tbl></w:body></w:document>',
});
const XLSX = buildZip({
  "[Content_Types].xml": contentTypesXml("xl/workbook.xml", "spreadsheetml.sheet"),
  "_rels/.rels": RELATIONS("xl/workbook.xml", "officeDocument"),
  "xl/workbook.xml":
    '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheets><sheet name="Rent" sheetId="1" r:id="r1"/></sheets></workbook>',
  "xl/_rels/workbook.xml.rels": RELATIONS("worksheets/sheet1.xml", "worksheet"),
  "xl/worksheets/sheet1.xml":
    '<worksheet><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>rent</t></is></c><c r="B1"><v>950</v></c></row></sheetData></worksheet>',
});
const PPTX = buildZip({
  "[Content_Types].xml": contentTypesXml("ppt/presentation.xml", "presentationml.presentation"),
  "_rels/.rels": RELATIONS("ppt/presentation.xml", "officeDocument"),
  "ppt/presentation.xml":
    '<p:presentation><p:sldIdLst><p:sldId id="256" r:id="r1"/></p:sldIdLst></p:presentation>',
  "ppt/_rels/presentation.xml.rels": RELATIONS("slides/slide1.xml", "slide"),
  "ppt/slides/slide1.xml":
    '<p:sld><p:cSld><p:spTree><p:sp><p:nvSpPr><p:nvPr><p:ph type="title"/></p:nvPr></p:nvSpPr><p:txBody><a:p><a:r><a:t>The rent</a:t></a:r></a:p></p:txBody></p:sp></p:spTree></p:cSld></p:sld>',
});

function openDocument(kind: string, body: string): Uint8Array {
  return buildZip({
    mimetype: `application/vnd.oasis.opendocument.${kind}`,
    "META-INF/manifest.xml": "<manifest:manifest/>",
    "content.xml": `<office:document-content><office:body>${body}</office:body></office:document-content>`,
  });
}

const EPUB = buildZip({
  mimetype: "application/epub+zip",
  "META-INF/container.xml":
    '<container><rootfiles><rootfile full-path="book.opf" media-type="application/oebps-package+xml"/></rootfiles></container>',
  "book.opf":
    '<package><manifest><item id="c" href="c.xhtml" media-type="application/xhtml+xml"/></manifest><spine><itemref idref="c"/></spine></package>',
  "c.xhtml": "<html><body><h1>One</h1><p>The rent is 950 euro.</p></body></html>",
});
const EML = [
  "From: Ada <ada@example.com>",
  "To: bob@example.com",
  "Subject: =?utf-8?q?Ti=E1=BB=81n_thu=C3=AA?=",
  "MIME-Version: 1.0",
  'Content-Type: multipart/mixed; boundary="b"',
  "",
  "--b",
  "Content-Type: text/plain; charset=utf-8",
  "",
  "The rent is 950 euro.",
  "--b",
  'Content-Type: text/csv; name="rent.csv"',
  "Content-Transfer-Encoding: base64",
  'Content-Disposition: attachment; filename="rent.csv"',
  "",
  Buffer.from(ROWS).toString("base64"),
  "--b--",
  "",
].join("\r\n");

/** One of each format, so small that whatever breaks it hits what matters. */
export const SMALL_FILES: readonly GoodFile[] = [
  file("text.txt", "Tiền thuê là 950 euro.\nThe rent is due on the third day.\n"),
  file("utf-16.txt", Buffer.from("\ufeffThe rent is 950 euro. Đúng vậy.", "utf16le")),
  file("page.html", "<html><body><h1>Rent</h1><table><tr><th>a<td>b</table><p>It is 950 euro."),
  file("notes.md", "# Rent\n\n- 950 euro\n\n| a | b |\n| --- | --- |\n| 1 | 2 |\n"),
  file("rows.csv", ROWS),
  file("rows.tsv", ROWS.replaceAll(",", "\t")),
  file("rent.json", '{"rent": {"amount": 950, "days": [1, 2, {"deep": [[["x"]]]}]}}'),
  file("rent.jsonl", '{"rent": 950}\n{"rent": 960, "paid": true}\n'),
  file(
    "book.ipynb",
    '{"nbformat": 4, "metadata": {}, "cells": [{"cell_type": "markdown", "source": ["# Rent"]}, {"cell_type": "code", "source": "1", "outputs": [{"output_type": "stream", "text": "950"}]}]}',
  ),
  file(
    "feed.xml",
    '<?xml version="1.0"?><rss><channel><title>Rent</title><item><title>One</title><description>&lt;p&gt;950 euro</description></item></channel></rss>',
  ),
  file(
    "rent.rtf",
    String.raw`{\rtf1\ansi{\fonttbl{\f0 Arial;}}\f0 The rent is \b 950\b0  euro.\par\u273?\'e9\page Next\trowd\cellx100 a\cell\row}`,
  ),
  file(
    "portfolio.pdf",
    pdfWith([
      { name: "rent.csv", content: "Month,Rent\nMay,900\n" },
      { name: "lease.pdf", content: buildPdf(["The lease begins in May."]), pinned: true },
    ]),
  ),
  file("rent.pdf", buildPdf(["The rent\n\nThe monthly rent is 950 euro.", "Page two"])),
  file("rent.docx", DOCX),
  file("rent.xlsx", XLSX),
  file("rent.pptx", PPTX),
  file(
    "rent.odt",
    openDocument(
      "text",
      '<office:text><text:h text:outline-level="1">Rent</text:h><text:p>It is 950 euro.</text:p><text:list><text:list-item><text:p>one</text:p></text:list-item></text:list></office:text>',
    ),
  ),
  file(
    "rent.ods",
    openDocument(
      "spreadsheet",
      '<office:spreadsheet><table:table table:name="Rent"><table:table-row table:number-rows-repeated="2"><table:table-cell office:value-type="float" office:value="950"><text:p>950</text:p></table:table-cell></table:table-row></table:table></office:spreadsheet>',
    ),
  ),
  file(
    "rent.odp",
    openDocument(
      "presentation",
      '<office:presentation><draw:page draw:name="one"><draw:frame><draw:text-box><text:p>950 euro</text:p></draw:text-box></draw:frame></draw:page></office:presentation>',
    ),
  ),
  file(
    "rent.odg",
    openDocument(
      "graphics",
      '<office:drawing><draw:page draw:name="one"><draw:custom-shape svg:x="1cm" svg:y="1cm" svg:width="5cm" svg:height="2cm"><text:p>950 euro</text:p></draw:custom-shape></draw:page></office:drawing>',
    ),
  ),
  file("book.epub", EPUB),
  file("rent.eml", EML),
  file(
    "rent.msg",
    buildOle({
      "__properties_version1.0": new Uint8Array(64),
      __substg1_0_0037001F: Buffer.from("The rent", "utf16le"),
      __substg1_0_1000001F: Buffer.from("It is 950 euro.", "utf16le"),
    }),
  ),
];

const GREY = { width: 8, height: 4, pixels: new Uint8Array(32).fill(200) };
const MULTIPART = 'Content-Type: multipart/related; boundary="b"; type="text/html"';

/** Formats of which no file of a real program lies here, and older kinds of others. */
const ODD_FILES: readonly GoodFile[] = [
  file("two.tiff", tiffOf([GREY, GREY])),
  file("grey.bmp", bmpOf(GREY)),
  file("rows.xlsb", workbookAs("xlsb")),
  file("rows.xls", workbookAs("biff5")),
  file("oldest.xls", workbookAs("biff2")),
  file("rows.xml", workbookAs("xlml")),
  file(
    "rent-2003.xml",
    '<?xml version="1.0"?><?mso-application progid="Word.Document"?><w:wordDocument xmlns:w="http://schemas.microsoft.com/office/word/2003/wordml"><w:lists><w:listDef w:listDefId="4"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:nfc w:val="0"/><w:lvlText w:val="%1."/></w:lvl></w:listDef><w:list w:ilfo="1"><w:ilst w:val="4"/></w:list></w:lists><w:body><w:p><w:pPr><w:listPr><w:ilvl w:val="0"/><w:ilfo w:val="1"/></w:listPr></w:pPr><w:r><w:t>The rent is 950 euro.</w:t></w:r></w:p></w:body></w:wordDocument>',
  ),
  file(
    "rent-flat.xml",
    `<?xml version="1.0"?><?mso-application progid="Word.Document"?><pkg:package xmlns:pkg="http://schemas.microsoft.com/office/2006/xmlPackage"><pkg:part pkg:name="/_rels/.rels"><pkg:xmlData>${RELATIONS("word/document.xml", "officeDocument")}</pkg:xmlData></pkg:part><pkg:part pkg:name="/word/document.xml"><pkg:xmlData><w:document><w:body><w:p><w:r><w:t>The rent is 950 euro.</w:t></w:r></w:p></w:body></w:document></pkg:xmlData></pkg:part></pkg:package>`,
  ),
  file(
    "page.mht",
    `From: <Saved>\r\nSubject: Rent\r\n${MULTIPART}\r\n\r\n--b\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: base64\r\n\r\n${Buffer.from("<p>The monthly rent is <b>950</b> euro.</p>").toString("base64")}\r\n--b--\r\n`,
  ),
  file("rent.p7m", signed(Buffer.from("Content-Type: text/plain\r\n\r\nThe rent is 950 euro."))),
  file(
    "day.ics",
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nDTSTART:20240315T090000Z\r\nSUMMARY:Pay the rent\r\nDESCRIPTION:950 euro\\, at\r\n  the bank\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
  ),
  file(
    "ada.vcf",
    "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Ada Lovelace\r\nTEL;TYPE=work:+44 20\r\nNOTE:The rent is\\n950 euro\r\nEND:VCARD\r\n",
  ),
  file(
    "all.mbox",
    `From ada@example.com Fri Mar 15 09:00:00 2024\r\n${EML}\r\n\r\nFrom b@example.com Sat Mar 16 09:00:00 2024\r\n${EML}`,
  ),
  file(
    "mails.eml",
    `From: a@example.com\r\nSubject: Sent on\r\nContent-Type: message/rfc822\r\n\r\n${EML}`,
  ),
];

function workbookAs(bookType: "xlsb" | "biff5" | "biff2" | "xlml"): Uint8Array {
  const book = read(ROWS, { type: "string" });
  return new Uint8Array(write(book, { bookType, type: "buffer" }) as Buffer);
}

function file(name: string, content: string | Uint8Array): GoodFile {
  return { name, bytes: new Uint8Array(Buffer.from(content)) };
}
