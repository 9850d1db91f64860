/** Spreadsheets: workbooks that LibreOffice wrote from one source (test/data/sheets), and small ones made here. */
import { describe, expect, test } from "bun:test";
import {
  CFB as Cfb,
  type CellObject,
  utils,
  type BookType,
  type WorkBook,
  write,
} from "@e965/xlsx";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readSheets } from "../../../src/parsing/formats/sheets.ts";
import { contextOf } from "../../support/read-context.ts";
import { readPages } from "../../support/read-pages.ts";
import { buildZip } from "../../support/zip.ts";

const DATA = join(import.meta.dir, "../../data/sheets");

/** Compound files, which the library's types leave out. */
const CFB = Cfb as {
  readonly utils: {
    readonly cfb_new: () => object;
    readonly cfb_add: (container: object, path: string, content: Buffer) => void;
  };
  readonly write: (container: object, options: { readonly type: "buffer" }) => Buffer;
};

const PAGES = [
  `# Doanh thu

Doanh thu năm 2024

| Ngày | Khách hàng | Số tiền | Tỷ lệ |
| --- | --- | --- | --- |
| 2024-03-15 | Nguyễn Văn An | $1,234.50 | 12.5% |
| 2024-12-01 | 高橋淳 \\| 東京 | $800.00 | 50.0% |
|  | Tổng | $2,034.50 |  |

| Mã số | Họp lúc | Giờ | Xong | Liên kết |
| --- | --- | --- | --- | --- |
| 123456789012 | 2024-03-15 14:30 | 09:05 | TRUE | Trang chủ |
| 0.1 | hàng ẩn |  | FALSE | #DIV/0! |

Comment by Lan on D4: Chưa thanh toán`,
  "",
  `# Ẩn

Ghi chú nội bộ
Hai dòng trong một ô`,
];

/** A workbook of one sheet, as Excel has it. */
function workbookOf(rows: readonly (readonly unknown[])[]) {
  const sheet = utils.aoa_to_sheet(rows.map((row) => [...row]));
  return bytesOf({ SheetNames: ["Sheet1"], Sheets: { Sheet1: sheet } });
}

function bytesOf(book: WorkBook, bookType: BookType = "xlsx"): Uint8Array {
  return new Uint8Array(write(book, { type: "buffer", bookType }) as Buffer);
}

const RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml";

/** A workbook of one sheet, "S", by its XML. */
function xlsxOf(sheet: string, texts = "<sst/>"): Uint8Array {
  return buildZip({
    "[Content_Types].xml": `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/xl/workbook.xml" ContentType="${TYPES}.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="${TYPES}.worksheet+xml"/><Override PartName="/xl/sharedStrings.xml" ContentType="${TYPES}.sharedStrings+xml"/></Types>`,
    "xl/workbook.xml": `<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="${RELATIONS}"><sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>`,
    "xl/_rels/workbook.xml.rels": `<Relationships><Relationship Id="r1" Type="${RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
    "xl/worksheets/sheet1.xml": sheet,
    "xl/sharedStrings.xml": texts,
  });
}

function odsOf(rows: string, more = ""): Uint8Array {
  const type = "application/vnd.oasis.opendocument.spreadsheet";
  return buildZip({
    mimetype: type,
    "META-INF/manifest.xml": `<manifest:manifest><manifest:file-entry manifest:full-path="/" manifest:media-type="${type}"/>${more}</manifest:manifest>`,
    "content.xml": `<office:document-content><office:body><office:spreadsheet><table:table table:name="S">${rows}</table:table></office:spreadsheet></office:body></office:document-content>`,
  });
}

async function bodyOf(rows: readonly (readonly unknown[])[]) {
  const [page = ""] = await readPages("a.xlsx", workbookOf(rows));
  return page.replace(/^# Sheet1\n\n/, "");
}

describe("one source in three formats", () => {
  for (const type of ["ods", "xlsx", "xls"])
    test(`a workbook as .${type} reads the same`, async () => {
      const bytes = readFileSync(join(DATA, `source.${type}`));
      expect(await readPages(`a.${type}`, bytes)).toEqual(PAGES);
    });
});

test("an OpenDocument spreadsheet that is one XML text is read, and bounded, as one that is packed", async () => {
  const date = 'office:value-type="date" office:date-value="2024-03-15"';
  const flat = (rows: string) => `<?xml version="1.0" encoding="UTF-8"?>
<office:document office:mimetype="application/vnd.oasis.opendocument.spreadsheet"><office:body><office:spreadsheet><table:table table:name="S">${rows}</table:table></office:spreadsheet></office:body></office:document>`;
  const cells = `<table:table-cell office:value-type="string"><text:p>Việt</text:p></table:table-cell><table:table-cell ${date}><text:p>15/03/24</text:p></table:table-cell>`;
  const row = `<table:table-row>${cells}</table:table-row>`;
  const pages = await readPages("a.fods", flat(row.replace(cells, cells.replace(date, "")) + row));
  expect(pages.join()).toContain("| Việt | 2024-03-15 |");
  const bomb = flat(row.replace("cell ", 'cell table:number-columns-repeated="99999999" '));
  await expect(readPages("a.fods", bomb)).rejects.toThrow("more than 10 million cells");
});

test("an OpenDocument spreadsheet of a small writer, without styles, is read", async () => {
  const cell = (text: string) =>
    `<table:table-cell office:value-type="string"><text:p>${text}</text:p></table:table-cell>`;
  const row = `<table:table-row>${cell("a")}${cell("b")}</table:table-row>`;
  expect(await readPages("a.ods", odsOf(row + row))).toEqual([
    "# S\n\n| a | b |\n| --- | --- |\n| a | b |",
  ]);
  const spaces = row.replace("a<", 'a<text:s text:c="99999999"/><');
  await expect(readPages("a.ods", odsOf(spaces))).rejects.toThrow("The spreadsheet is damaged");
});

describe("tables", () => {
  test("a head is told from the first row of data", async () => {
    const head = await bodyOf([
      ["Item", 2023, 2024],
      ["Tea", 5, 7],
    ]);
    expect(head).toStartWith("| Item | 2023 | 2024 |\n| --- |");
    const none = await bodyOf([
      ["Tea", 5, 7],
      ["Rice", 3, 4],
    ]);
    const years = await bodyOf([
      ["Tea", 2023, 5],
      ["Rice", 2024, 7],
    ]);
    expect(years).toStartWith("| A | B | C |\n| --- | --- | --- |\n| Tea | 2023 | 5 |");
    expect(none).toBe("| A | B | C |\n| --- | --- | --- |\n| Tea | 5 | 7 |\n| Rice | 3 | 4 |");
  });

  test("a table goes on after an empty row unless new names follow", async () => {
    const body = await bodyOf([
      ["Item", "Count"],
      ["Tea", 5],
      [],
      ["Total", 5],
      [],
      ["Name", "Age"],
      ["An", 7],
    ]);
    expect(body).toBe(
      "| Item | Count |\n| --- | --- |\n| Tea | 5 |\n| Total | 5 |\n\n| Name | Age |\n| --- | --- |\n| An | 7 |",
    );
  });

  test("names of groups of columns stand in those of the columns", async () => {
    const sheet = utils.aoa_to_sheet([
      ["Vùng", 2023, "", 2024, "", "Ghi chú"],
      ["", "Quý 1", "Quý 2", "Quý 1", "Quý 2", ""],
      ["Bắc", 5, 6, 7, 8, "tạm"],
    ]);
    sheet["!merges"] = ["A1:A2", "B1:C1", "D1:E1", "F1:F2"].map((range) =>
      utils.decode_range(range),
    );
    const book = bytesOf({ SheetNames: ["S"], Sheets: { S: sheet } });
    expect(await readPages("a.xlsx", book)).toEqual([
      "# S\n\n| Vùng | 2023 / Quý 1 | 2023 / Quý 2 | 2024 / Quý 1 | 2024 / Quý 2 | Ghi chú |\n| --- | --- | --- | --- | --- | --- |\n| Bắc | 5 | 6 | 7 | 8 | tạm |",
    ]);
  });

  test("a cell over several columns is no group where values stand below", async () => {
    const sheet = utils.aoa_to_sheet([
      ["Người", "", "Nơi"],
      ["Lan", "An", "Huế"],
      ["Minh", "Bình", "Vinh"],
    ]);
    sheet["!merges"] = [utils.decode_range("A1:B1")];
    const book = bytesOf({ SheetNames: ["S"], Sheets: { S: sheet } });
    expect((await readPages("a.xlsx", book)).join()).toContain("| Người |  | Nơi |");
  });

  test("lines above and below a table are text", async () => {
    const body = await bodyOf([
      ["Sales"],
      ["by month"],
      ["Month", "Sum"],
      ["May", 5],
      ["Source: books"],
    ]);
    expect(body).toBe(
      "Sales\nby month\n\n| Month | Sum |\n| --- | --- |\n| May | 5 |\n\nSource: books",
    );
  });

  test("numbers without a format keep all digits, others are as displayed", async () => {
    const cells: CellObject[] = [
      { t: "n", v: 1234567890123 },
      { t: "n", v: 0.1 + 0.2 },
      { t: "n", v: 1234.5, z: "#,##0.00 €" },
      { t: "n", v: 1.5, z: "[h]:mm" },
      { t: "n", v: 45366, z: "d mmmm yyyy" },
      { t: "n", v: -0.25, z: "0%" },
    ];
    const body = await bodyOf([["a", "b", "c", "d", "e", "f"], cells]);
    expect(body).toContain("| 1234567890123 | 0.3 | 1,234.50 € | 36:00 | 2024-03-15 | -25% |");
  });

  test("letters and their tone marks are one", async () => {
    expect(await bodyOf([["Tie\u0302\u0301ng Vie\u0323\u0302t".normalize("NFD")]])).toBe(
      "Tiếng Việt",
    );
  });

  test("a workbook that counts from 1904 keeps its days", async () => {
    const sheet = utils.aoa_to_sheet([["Day"], [{ t: "n", v: 43904, z: "yyyy-mm-dd" }]]);
    const book: WorkBook = {
      SheetNames: ["S"],
      Sheets: { S: sheet },
      Workbook: { WBProps: { date1904: true } },
    };
    expect((await readPages("a.xlsx", bytesOf(book))).join()).toContain("2024-03-15");
  });
});

test.each(["xlsx", "biff8", "ods", "xlml"] as const)(
  "a sheet of many rows is told of as they are read: %s",
  async (type) => {
    const rows = Array.from({ length: 3_000 }, (_, at) => [at, "text"]);
    const sheet = utils.aoa_to_sheet(rows);
    const bytes = bytesOf({ SheetNames: ["S"], Sheets: { S: sheet } }, type);
    const told: number[] = [];
    const context = contextOf({ onProgress: (done, total) => told.push(done / total) });
    await readSheets({ name: "a", bytes, format: "xlsx" }, context);
    expect(told.filter((share) => share < 0.5).length).toBeGreaterThan(5);
    expect(told.filter((share) => share > 0.5).length).toBeGreaterThan(4);
    expect(told).toEqual(told.toSorted((a, b) => a - b));
    expect(told.at(-1)).toBe(1);
  },
);

describe("workbooks from before Unicode", () => {
  const words = [
    ["Москва", 1251, "cceef1eae2e0"],
    ["Việt", 1258, "5669eaf274"],
    ["東京", 932, "938c8b9e"],
    ["北京", 936, "b1b1bea9"],
  ] as const;
  for (const [word, codePage, hex] of words)
    test(`code page ${codePage}`, async () => {
      const letters = Buffer.from(hex, "hex");
      const place = "@".repeat(letters.length);
      const sheet = utils.aoa_to_sheet([
        ["a", "b"],
        [place, 5],
      ]);
      const bytes = bytesOf({ SheetNames: ["S"], Sheets: { S: sheet } }, "biff5");
      const old = Buffer.from(bytes);
      const record = old.indexOf(Buffer.from([0x42, 0, 2, 0]));
      old.writeUInt16LE(codePage, record + 4);
      letters.copy(old, old.indexOf(place));
      expect((await readPages("a.xls", old)).join()).toContain(`| ${word} | 5 |`);
    });
});

describe("locked workbooks", () => {
  const locked = "The spreadsheet is password-protected; remove the password and upload it again.";

  test("Excel's, which lie encrypted in a compound file", async () => {
    const container = CFB.utils.cfb_new();
    CFB.utils.cfb_add(container, "/EncryptedPackage", Buffer.alloc(5_000, 7));
    CFB.utils.cfb_add(container, "/EncryptionInfo", Buffer.from([4, 0, 4, 0, 64, 0, 0, 0]));
    const bytes = CFB.write(container, { type: "buffer" });
    await expect(readPages("a.xlsx", bytes)).rejects.toThrow(locked);
  });

  test("OpenDocument's, whose manifest says so", async () => {
    await expect(readPages("a.ods", odsOf("", "<manifest:encryption-data/>"))).rejects.toThrow(
      locked,
    );
  });
});

describe("hostile workbooks", () => {
  test("a sheet that claims to be as large as can be costs what it holds", async () => {
    const cells =
      '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>2</v></c></row>';
    const xml = `<worksheet><dimension ref="A1:XFD1048576"/><sheetData>${cells}</sheetData></worksheet>`;
    expect(await readPages("a.xlsx", xlsxOf(xml))).toEqual(["# S\n\n1\n\n2"]);
  });

  test("a million empty rows are nothing", async () => {
    const rows = Array.from({ length: 1_000_000 }, (_, index) => `<row r="${index + 1}" ht="12"/>`);
    const xml = `<worksheet><sheetData>${rows.join("")}</sheetData></worksheet>`;
    expect(await readPages("a.xlsx", xlsxOf(xml))).toEqual([""]);
  });

  test("cells that are there a billion times are refused before they are", async () => {
    const refused =
      "The spreadsheet has more than 10 million cells; split it, and upload the parts.";
    const cell =
      '<table:table-cell table:number-columns-repeated="16384" office:value-type="float" office:value="1"/>';
    const rows = `<table:table-row table:number-rows-repeated="1048576">${cell}</table:table-row>`;
    await expect(readPages("a.ods", odsOf(rows))).rejects.toThrow(refused);
  });

  test("one long text in many cells is more text than a document may hold", async () => {
    const text = "word ".repeat(6_000);
    const cells = Array.from({ length: 100 }, () => '<c t="s"><v>0</v></c>').join("");
    const xml = `<worksheet><sheetData><row>${cells}</row></sheetData></worksheet>`;
    const bytes = xlsxOf(xml, `<sst><si><t>${text}</t></si></sst>`);
    await expect(readPages("a.xlsx", bytes, { textMbMax: 1 })).rejects.toThrow(
      "more than 1 MB of text",
    );
  });

  test("what is no spreadsheet is refused in one sentence", async () => {
    const damaged = "The spreadsheet is damaged and cannot be read.";
    const bytes = workbookOf([["a"]]);
    await expect(readPages("a.xlsx", bytes.subarray(0, bytes.length / 2))).rejects.toThrow(damaged);
    const old = readFileSync(join(DATA, "source.xls"));
    await expect(readPages("a.xls", old.subarray(0, 600))).rejects.toThrow(damaged);
  });

  test("names that are special to JavaScript are names", async () => {
    const sheet = utils.aoa_to_sheet([
      ["__proto__", "constructor"],
      [1, 2],
    ]);
    const book = { SheetNames: ["constructor"], Sheets: { constructor: sheet } };
    expect((await readPages("a.xlsx", bytesOf(book))).join()).toContain(
      "| __proto__ | constructor |",
    );
    expect({}).not.toHaveProperty("1");
  });
});

test("a workbook in one XML text, as programs export it, is read", async () => {
  const cell = (type: string, text: string, more = "") =>
    `<Cell${more}><Data ss:Type="${type}">${text}</Data></Cell>`;
  const xml = `<?xml version="1.0"?>
<?mso-application progid="Excel.Sheet"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">
<Styles><Style ss:ID="d"><NumberFormat ss:Format="Short Date"/></Style></Styles>
<Worksheet ss:Name="Kho"><Table><Row>${cell("String", "Hàng")}${cell("String", "Giá")}${cell("String", "Ngày")}</Row>
<Row>${cell("String", "Gạo &amp; nếp")}${cell("Number", "12.5")}${cell("DateTime", "2024-03-15T00:00:00.000", ' ss:StyleID="d"')}</Row></Table></Worksheet></Workbook>`;
  expect(await readPages("report.xls", xml)).toEqual([
    "# Kho\n\n| Hàng | Giá | Ngày |\n| --- | --- | --- |\n| Gạo & nếp | 12.5 | 2024-03-15 |",
  ]);
});

test("OpenDocument's formats of several sections show days as days, and amounts with their signs", async () => {
  const text = (id: string, content: string, maps: readonly (readonly [string, string])[] = []) =>
    `<number:number-style style:name="${id}">${content}${maps
      .map(
        ([when, to]) =>
          `<style:map style:condition="value()${when}" style:apply-style-name="${to}"/>`,
      )
      .join("")}</number:number-style>`;
  const digits = '<number:number number:decimal-places="2" number:min-integer-digits="1"/>';
  const day =
    '<number:date-style style:name="DP0"><number:day/><number:text>.</number:text><number:month/><number:text>.</number:text><number:year number:style="long"/></number:date-style>';
  const styles = [
    day,
    '<number:text-style style:name="D"><number:text-content/><style:map style:condition="value()&lt;=1.7976931348623157E+308" style:apply-style-name="DP0"/></number:text-style>',
    text("AP0", `<number:text>+</number:text>${digits}`),
    text("AP1", `<number:text>(</number:text>${digits}<number:text>)</number:text>`),
    text("A", "<number:text>none</number:text>", [
      ["&gt;0", "AP0"],
      ["&lt;0", "AP1"],
    ]),
    text("AP2", "<number:text>zero</number:text>"),
    text("B", "<number:text>text</number:text>", [
      ["&gt;0", "AP0"],
      ["&lt;0", "AP1"],
      ["=0", "AP2"],
    ]),
    text("C", digits, [["&lt;=5", "AP0"]]),
    ...["D", "A", "B", "C"].map(
      (id) =>
        `<style:style style:name="c${id}" style:family="table-cell" style:data-style-name="${id}"/>`,
    ),
  ].join("");
  const number = (style: string, value: number) =>
    `<table:table-cell table:style-name="c${style}" office:value-type="float" office:value="${value}"><text:p/></table:table-cell>`;
  const row = [
    '<table:table-cell table:style-name="cD" office:value-type="date" office:date-value="2024-03-15"><text:p/></table:table-cell>',
    number("A", 3),
    number("A", -3),
    number("A", 0),
    number("B", 3),
    number("B", -3),
    number("B", 0),
    number("C", -3),
  ].join("");
  const book = `<?xml version="1.0"?><office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" office:mimetype="application/vnd.oasis.opendocument.spreadsheet"><office:automatic-styles>${styles}</office:automatic-styles><office:body><office:spreadsheet><table:table table:name="S"><table:table-row>${row}</table:table-row></table:table></office:spreadsheet></office:body></office:document>`;
  expect(await readPages("a.fods", book)).toEqual([
    "# S\n\n2024-03-15 | +3.00 | (3.00) | none | +3.00 | (3.00) | zero | -3.00",
  ]);
});
