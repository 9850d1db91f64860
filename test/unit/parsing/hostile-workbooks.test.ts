import { read, write } from "@e965/xlsx";
import { afterAll, beforeAll, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ole } from "../../../src/parsing/ole.ts";
import { sourceOfBytes } from "../../../src/parsing/source.ts";
import { openDocument } from "../../support/office.ts";
import { buildOle } from "../../support/ole.ts";
import { type HostileCase, outcomeOf, readerPool, readIn } from "../../support/reader-pool.ts";
import { buildZip, zipParts } from "../../support/zip.ts";

/** Workbooks of a few KB, each of which claims or repeats what no machine could hold. */
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

/** What is still read of each, or said of it. */
const CASES: readonly HostileCase[] = [
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
    "rows repeated a billion times",
    "a.ods",
    () =>
      openDocument(
        "spreadsheet",
        '<office:spreadsheet><table:table table:name="a"><table:table-row table:number-rows-repeated="1048576"><table:table-cell table:number-columns-repeated="16384" office:value-type="float" office:value="1"/></table:table-row></table:table></office:spreadsheet>',
      ),
    /more than 10 million cells/,
  ],
];

test.each(CASES)("%s (%s) end at once, and well", async (_what, name, make, outcome) => {
  expect(await outcomeOf(readIn(pool, name, await make()))).toMatch(outcome);
});
