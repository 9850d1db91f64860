/** What lies on sheets besides cells, in every kind of workbook (test/data/sheets), and names over several columns. */
import { describe, expect, test } from "bun:test";
import { utils, write } from "@e965/xlsx";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { relationsXml } from "../../support/office.ts";
import { readPages } from "../../support/read-pages.ts";
import { buildZip, zipParts } from "../../support/zip.ts";

const DATA = join(import.meta.dir, "../../data/sheets");

const DRAWN = `# Tồn kho

| Vùng | Gạo / Nhập | Gạo / Xuất | Chè / Nhập | Chè / Xuất |
| --- | --- | --- | --- | --- |
| Bắc | 5 | 6 | 7 | 8 |

Đã kiểm kê ngày 15 tháng 3
Lan

Comment by Minh on B4: Chờ số liệu`;

describe("one source in four formats", () => {
  for (const type of ["fods", "ods", "xlsx", "xls"])
    test(`groups of columns, a text box and a comment on nothing in .${type}`, async () => {
      const bytes = readFileSync(join(DATA, `drawn.${type}`));
      expect(await readPages(`a.${type}`, bytes)).toEqual([DRAWN]);
    });
});

test("what is drawn on a sheet: boxes, descriptions of pictures, titles of charts", async () => {
  const main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
  const words = (text: string) => `<a:p><a:r><a:t>${text}</a:t></a:r></a:p>`;
  const anchor = (content: string) => `<xdr:twoCellAnchor>${content}</xdr:twoCellAnchor>`;
  const named = (kind: string, properties: string) =>
    `<xdr:nv${kind}Pr><xdr:cNvPr ${properties}/></xdr:nv${kind}Pr>`;
  const book = buildZip({
    "[Content_Types].xml": `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>`,
    "_rels/.rels": relationsXml({ r1: ["officeDocument", "xl/workbook.xml"] }),
    "xl/workbook.xml": `<workbook xmlns="${main}"><sheets><sheet name="Kho" sheetId="1" r:id="r1"/></sheets></workbook>`,
    "xl/_rels/workbook.xml.rels": relationsXml({ r1: ["worksheet", "worksheets/sheet1.xml"] }),
    "xl/worksheets/sheet1.xml": `<worksheet xmlns="${main}"><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>Hàng</t></is></c></row></sheetData></worksheet>`,
    "xl/worksheets/_rels/sheet1.xml.rels": relationsXml({
      d1: ["drawing", "../drawings/drawing1.xml"],
      d2: ["drawing", "../drawings/drawing1.xml"],
    }),
    "xl/drawings/drawing1.xml": `<xdr:wsDr>${[
      `<xdr:sp>${named("Sp", 'id="1"')}<xdr:txBody>${words("Đã kiểm kê")}${words("Lan")}</xdr:txBody></xdr:sp>`,
      `<xdr:grpSp><xdr:pic>${named("Pic", 'id="2" descr="Dấu"')}</xdr:pic></xdr:grpSp>`,
      '<xdr:graphicFrame><a:graphicData><c:chart r:id="c1"/></a:graphicData></xdr:graphicFrame>',
    ]
      .map(anchor)
      .join("")}</xdr:wsDr>`,
    "xl/drawings/_rels/drawing1.xml.rels": relationsXml({ c1: ["chart", "../charts/chart1.xml"] }),
    "xl/charts/chart1.xml": `<c:chartSpace><c:chart><c:title><c:tx><c:rich>${words("Tồn kho")}</c:rich></c:tx></c:title><c:plotArea><c:valAx><c:title>${words("Tấn")}</c:title></c:valAx></c:plotArea></c:chart></c:chartSpace>`,
  });
  expect(await readPages("a.xlsx", book)).toEqual([
    "# Kho\n\nHàng\n\nĐã kiểm kê\nLan\n\n[Image: Dấu]\n\n[Chart: Tồn kho; Tấn]",
  ]);
});

test("what is drawn at a cell of OpenDocument is no part of its text", async () => {
  const box = (text: string) =>
    `<draw:frame><draw:text-box><text:p>${text}</text:p></draw:text-box></draw:frame>`;
  const cell = (drawn: string) =>
    `<table:table-cell office:value-type="string">${drawn}<text:p>Hàng</text:p></table:table-cell>`;
  const flat = (cells: string) =>
    `<?xml version="1.0"?><office:document office:mimetype="application/vnd.oasis.opendocument.spreadsheet"><office:styles><draw:marker/></office:styles><office:body><office:spreadsheet><table:table table:name="S"><table:table-row>${cells}</table:table-row></table:table></office:spreadsheet></office:body></office:document>`;
  const once = await readPages("a.fods", flat(cell(box("Đã kiểm kê"))));
  expect(once).toEqual(["# S\n\nHàng\n\nĐã kiểm kê"]);
  const endless = await readPages("a.fods", flat(cell("<draw:g>".repeat(10_000))));
  expect(endless.join()).toContain("Hàng");
});

test("what is drawn on a sheet of a binary workbook", async () => {
  const sheet = utils.aoa_to_sheet([["Hàng"]]);
  const book = {
    SheetNames: ["Trống", "Kho"],
    Sheets: { Trống: utils.aoa_to_sheet([]), Kho: sheet },
  };
  const bytes = write(book, { type: "buffer", bookType: "xlsb" }) as Buffer;
  const parts = await zipParts(new Uint8Array(bytes));
  const drawn = buildZip({
    ...parts,
    "xl/worksheets/_rels/sheet2.bin.rels": relationsXml({ d1: ["drawing", "../drawings/d.xml"] }),
    "xl/drawings/d.xml":
      "<wsDr><twoCellAnchor><sp><txBody><p><r><t>Đã kiểm kê</t></r></p></txBody></sp></twoCellAnchor></wsDr>",
  });
  expect(await readPages("a.xlsb", drawn)).toEqual(["", "# Kho\n\nHàng\n\nĐã kiểm kê"]);
});
