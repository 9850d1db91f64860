import { describe, expect, test } from "bun:test";
import { deflateSync } from "node:zlib";
import { parsePdf } from "../../../src/parsing/pdf/parse-pdf.ts";
import { LIMITS } from "../../support/limits.ts";
import { assemblePdf, buildPdf, streamObject } from "../../support/pdf.ts";

const CATALOG = "<< /Type /Catalog /Pages 2 0 R >>";
const PAGES = "<< /Type /Pages /Kids [4 0 R] /Count 1 >>";
const HELVETICA = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>";

async function read(file: Uint8Array): Promise<string[]> {
  const { pages } = await parsePdf(file, {
    limits: LIMITS,
    report: () => undefined,
    onPage: () => undefined,
  });
  return [...pages];
}

function page(entries = ""): string {
  return `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Resources << /Font << /F1 3 0 R >> >> /Contents 5 0 R ${entries} >>`;
}

function text(operators: string): string {
  return streamObject("", `BT /F1 12 Tf 72 700 Td ${operators} ET`);
}

describe("fonts that name a character map and bring none", () => {
  const cases: [string, string, string, string][] = [
    ["UniGB-UCS2-H", "GB1", "4e2d6587", "中文"],
    ["GBK-EUC-H", "GB1", "d6d0cec4", "中文"],
    ["ETen-B5-H", "CNS1", "a4a4a4e5", "中文"],
    ["UniCNS-UTF16-H", "CNS1", "4e2d6587", "中文"],
    ["90ms-RKSJ-H", "Japan1", "93fa967b8cea", "日本語"],
    ["UniJIS-UCS2-H", "Japan1", "65e5672c8a9e", "日本語"],
    ["UniJIS-UCS2-V", "Japan1", "7e2666f83002", "縦書。"],
    ["KSCms-UHC-H", "Korea1", "c7d1b1db", "한글"],
    ["UniKS-UCS2-H", "Korea1", "d55cae00", "한글"],
  ];
  for (const [encoding, collection, codes, expected] of cases) {
    test(encoding, async () => {
      const file = assemblePdf([
        CATALOG,
        PAGES,
        `<< /Type /Font /Subtype /Type0 /BaseFont /Foo /Encoding /${encoding} /DescendantFonts [6 0 R] >>`,
        page(),
        text(`<${codes}> Tj`),
        `<< /Type /Font /Subtype /CIDFontType0 /BaseFont /Foo /CIDSystemInfo << /Registry (Adobe) /Ordering (${collection}) /Supplement 2 >> /FontDescriptor 7 0 R /DW 1000 >>`,
        "<< /Type /FontDescriptor /FontName /Foo /Flags 4 /FontBBox [0 -200 1000 900] /ItalicAngle 0 /Ascent 800 /Descent -200 /CapHeight 700 /StemV 80 >>",
      ]);
      expect(await read(file)).toEqual([expected]);
    });
  }
});

describe("forms and notes", () => {
  const widget = (entries: string) =>
    `<< /Type /Annot /Subtype /Widget /F 4 /P 4 0 R ${entries} >>`;
  const form = (rotation: number) =>
    assemblePdf([
      "<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [6 0 R 7 0 R 8 0 R 9 0 R 12 0 R 13 0 R] >> >>",
      PAGES,
      HELVETICA,
      page(`/Rotate ${rotation} /Annots [6 0 R 7 0 R 8 0 R 9 0 R 10 0 R 12 0 R 13 0 R 14 0 R]`),
      text(
        "(Name) Tj 0 -40 Td (Colour) Tj 0 -40 Td (I agree) Tj 0 -60 Td (Address) Tj 0 -60 Td (By post) Tj",
      ),
      widget("/FT /Tx /T (name) /V (Ada Lovelace) /Rect [130 695 300 715]"),
      widget(
        "/FT /Ch /Ff 131072 /T (colour) /V (b) /Opt [[(r) (Red)] [(b) (Blue)]] /Rect [130 655 300 675]",
      ),
      widget(
        "/FT /Btn /T (agree) /V /Yes /AS /Yes /AP << /N << /Yes 11 0 R /Off 11 0 R >> >> /Rect [130 617 142 629]",
      ),
      widget("/FT /Tx /Ff 8192 /T (secret) /V (hush) /Rect [130 500 300 520]"),
      "<< /Type /Annot /Subtype /Text /F 4 /Contents (Ask her again.) /Rect [500 700 520 720] >>",
      streamObject("/Type /XObject /Subtype /Form /BBox [0 0 10 10]", ""),
      widget("/FT /Tx /Ff 4096 /T (address) /V (1 Main St\\nHanoi) /Rect [130 545 300 570]"),
      widget(
        "/FT /Btn /Ff 49152 /T (way) /V /Mail /AS /Off /AP << /N << /Post 11 0 R /Off 11 0 R >> >> /Rect [130 497 142 509]",
      ),
      "<< /Type /Annot /Subtype /Link /F 4 /Contents (A tip.) /Rect [500 600 520 620] >>",
    ]);

  test("values stand beside their labels, a note at the page's end", async () => {
    const [filled = ""] = await read(form(0));
    expect(filled.replace(/[|\s-]+/g, " ").trim()).toBe(
      "Name Ada Lovelace Colour Blue I agree [x] Address 1 Main St Hanoi By post [ ] Ask her again.",
    );
    expect(filled).toMatch(/1 Main St\b.*\n.*Hanoi/);
    expect(filled).not.toContain("hush");
  });

  test("a note that is shown and not printed is read, one that is hidden is not", async () => {
    const note = (entries: string, words: string) =>
      `<< /Type /Annot /Subtype /Text ${entries} /Contents (${words}) /Rect [500 700 520 720] >>`;
    const notes = [note("", "Ask her."), note("/F 0", "Ask him."), note("/F 2", "Hidden.")];
    const annots = page(`/Annots [${notes.join(" ")}]`);
    expect(await read(assemblePdf([CATALOG, PAGES, HELVETICA, annots, text("(Name) Tj")]))).toEqual(
      ["Name\n\nAsk her.\n\nAsk him."],
    );
  });

  test("a value on a turned page runs as the reader sees it", async () => {
    const [filled = ""] = await read(form(90));
    expect(filled).toContain("Ada Lovelace");
  });
});

describe("outlines", () => {
  const outlined = (next: string, title = "Beginnings") =>
    assemblePdf([
      "<< /Type /Catalog /Pages 2 0 R /Outlines 6 0 R >>",
      PAGES,
      HELVETICA,
      page(),
      text("(Beginnings) Tj 0 -40 Td (It began in a small way, and went on as it had begun.) Tj"),
      "<< /Type /Outlines /First 7 0 R /Last 7 0 R /Count 1 >>",
      `<< /Title (${title}) /Parent 6 0 R /Dest [4 0 R /Fit] ${next} >>`,
    ]);

  test("a title on its page is a heading", async () => {
    expect((await read(outlined("")))[0]).toStartWith("# Beginnings\n\nIt began");
    expect((await read(outlined("", "1.2 BEGINNINGS")))[0]).toStartWith("# Beginnings\n");
    expect((await read(outlined("", "Other")))[0]).toStartWith("Beginnings\n");
  });

  test("an outline that goes in circles ends", async () => {
    const [first] = await read(outlined("/Next 7 0 R /First 7 0 R /Last 7 0 R"));
    expect(first).toStartWith("# Beginnings");
  });
});

test("a font that is bold makes a heading on whatever page it comes first", async () => {
  const prose = "(A line of text that is longer than its heading is.) Tj 0 -14 Td ".repeat(3);
  const of = (contents: number) =>
    page().replace("/F1 3 0 R", "/F1 3 0 R /F2 8 0 R").replace("5 0 R", `${contents} 0 R`);
  const file = assemblePdf([
    CATALOG,
    "<< /Type /Pages /Kids [4 0 R 6 0 R] /Count 2 >>",
    HELVETICA,
    of(5),
    text(`/F1 24 Tf (Large) Tj 0 -40 Td /F1 12 Tf ${prose}`),
    of(7),
    text(`${prose} 0 -20 Td /F2 12 Tf (Bold) Tj 0 -20 Td /F1 12 Tf ${prose}`),
    HELVETICA.replace("Helvetica", "Helvetica-Bold"),
  ]);
  const [first, second] = await read(file);
  expect(first).toStartWith("# Large\n");
  expect(second).toContain("\n\n## Bold\n\n");
});

describe("layers", () => {
  const layered = (config: string, content: string) =>
    assemblePdf([
      `<< /Type /Catalog /Pages 2 0 R /OCProperties << /OCGs [6 0 R 7 0 R] /D << ${config} >> >> >>`,
      PAGES,
      HELVETICA,
      page().replace("/Font", "/Properties << /A 6 0 R /B 7 0 R >> /XObject << /X 8 0 R >> /Font"),
      streamObject("", content),
      "<< /Type /OCG /Name (English) >>",
      "<< /Type /OCG /Name (German) >>",
      streamObject(
        "/Type /XObject /Subtype /Form /BBox [0 0 612 792] /OC 7 0 R /Resources << /Font << /F1 3 0 R >> >>",
        "BT /F1 12 Tf 72 600 Td (Fuss) Tj ET",
      ),
    ]);
  const both =
    "BT /F1 12 Tf 72 700 Td /OC /A BDC (water) Tj /P BMC ( cold) Tj EMC EMC /OC /B BDC (Wasser) Tj EMC ( end) Tj ET /X Do";

  test("what is not shown is not read", async () => {
    expect(await read(layered("/OFF [7 0 R]", both))).toEqual(["water cold end"]);
  });

  test("what is shown is", async () => {
    const [shown = ""] = await read(layered("", both));
    expect(shown).toContain("Wasser");
    expect(shown).toContain("Fuss");
  });
});

test("what lies outside the part of a page that is shown is not read", async () => {
  const file = assemblePdf([
    CATALOG,
    PAGES,
    HELVETICA,
    page("/CropBox [50 50 400 720]"),
    text("(inside) Tj 0 60 Td (above) Tj 400 -60 Td (beside) Tj"),
  ]);
  expect(await read(file)).toEqual(["inside"]);
});

test("fonts of Vietnam's time before Unicode are read as they show", async () => {
  const font = (name: string) =>
    HELVETICA.replace("/Helvetica", `/${name} /Encoding /WinAnsiEncoding`);
  const hex = (latin: string) => `<${Buffer.from(latin, "latin1").toString("hex")}> Tj 0 -20 Td `;
  const file = assemblePdf([
    CATALOG,
    PAGES,
    font(".VnTime"),
    page().replace("/F1 3 0 R", "/F1 3 0 R /F2 6 0 R /F3 7 0 R"),
    text(
      `${hex("Céng hoµ x· héi chñ nghÜa, t\xad vÊn trung \xad¬ng")} /F2 12 Tf ${hex("Vieät Nam")} /F3 12 Tf ${hex("quyÕt ®Þnh")}`,
    ),
    font("ABCDEF+VNI-Times,Italic"),
    font("ABCDEF+.VnTimeH"),
  ]);
  expect(await read(file)).toEqual([
    "Cộng hoà xã hội chủ nghĩa, tư vấn trung ương\nViệt Nam\nQUYẾT ĐỊNH",
  ]);
});

describe("forms of Adobe's XFA", () => {
  const xfa = (content: string, data = "") =>
    assemblePdf([
      "<< /Type /Catalog /Pages 2 0 R /NeedsRendering true /AcroForm << /Fields [] /XFA 6 0 R >> >>",
      PAGES,
      HELVETICA,
      page(),
      text("(Please wait) Tj"),
      streamObject(
        "",
        `<xdp:xdp xmlns:xdp="http://ns.adobe.com/xdp/"><template xmlns="http://www.xfa.org/schema/xfa-template/2.8/"><subform layout="tb" name="form"><pageSet><pageArea><contentArea x="18pt" y="18pt" w="576pt" h="756pt"/><medium long="792pt" short="612pt"/></pageArea></pageSet>${content}</subform></template><xfa:datasets xmlns:xfa="http://www.xfa.org/schema/xfa-data/1.0/"><xfa:data><form>${data}</form></xfa:data></xfa:datasets></xdp:xdp>`,
      ),
    ]);
  const field = (name: string) =>
    `<field name="${name}" w="300pt" h="20pt"><ui><textEdit/></ui><font typeface="Helvetica" size="10pt"/><caption reserve="50pt"><value><text>${name}</text></value></caption></field>`;

  test("are read with what was filled in", async () => {
    const file = xfa(
      `<draw w="300pt" h="20pt"><value><text>Application</text></value></draw>${field("City")}${field("Street")}<draw w="300pt" h="20pt" presence="hidden"><value><text>Validate first</text></value></draw>`,
      "<City>Lund</City>",
    );
    expect(await read(file)).toEqual(["Application\nCity Lund\nStreet"]);
  });

  test("say what helps where nothing is to be read", async () => {
    await expect(read(xfa(""))).rejects.toThrow("only Adobe Reader can show");
  });
});

describe("page trees", () => {
  const leaf = (contents: number) => page().replace("5 0 R", `${contents} 0 R`);
  const node = (kids: string, count: number) =>
    `<< /Type /Pages /Kids [${kids}] /Count ${count} >>`;

  test("pages come in order, whatever holds them, and wherever they stand again", async () => {
    const [a, b, c, inner] = ["4 0 R", "6 0 R", "8 0 R", "10 0 R"];
    const file = assemblePdf([
      CATALOG,
      node(`${a} ${inner} ${a} ${b} ${inner} ${c} ${c}`, 9),
      HELVETICA,
      ...["a", "b", "c"].flatMap((name, at) => [leaf(2 * at + 5), text(`(${name}) Tj`)]),
      node(`${c} ${b}`, 2),
    ]);
    expect((await read(file)).join("")).toBe("acbabcbcc");
  });

  test("many pages are read, past those after which fonts are let go", async () => {
    const names = Array.from({ length: 250 }, (_, at) => `page ${at}`);
    expect(await read(buildPdf(names))).toEqual(names);
  });
});

describe("broken files", () => {
  test("pages that hold each other are damaged", async () => {
    const kids = "<< /Type /Pages /Parent 2 0 R /Kids [2 0 R] /Count 1 >>";
    const file = assemblePdf([CATALOG, PAGES, HELVETICA, kids]);
    await expect(read(file)).rejects.toThrow("damaged");
  });

  test("a page count that is not true is not believed", async () => {
    const forged = PAGES.replace("/Count 1", "/Count 1000000");
    const file = assemblePdf([CATALOG, forged, HELVETICA, page(), text("(one page) Tj")]);
    expect(await read(file)).toEqual(["one page"]);
  });

  test("more pages than may be read are refused", async () => {
    const limits = { ...LIMITS, pagesMax: 2 };
    const reading = parsePdf(buildPdf(["a", "b", "c"]), {
      limits,
      report: () => undefined,
      onPage: () => undefined,
    });
    await expect(reading).rejects.toThrow(
      "The document has more than 2 pages; split it, and upload the parts.",
    );
  });

  test("a file that was cut off keeps what is whole, or is damaged", async () => {
    const file = buildPdf(["the first page", "the second page"]);
    for (const share of [0.2, 0.5, 0.8, 0.95]) {
      const pages = await read(file.slice(0, Math.floor(share * file.length))).catch(
        (error: unknown) => [String(error)],
      );
      expect(pages.join(" ")).toMatch(/damaged|page/);
    }
  });

  test("a page that cannot be read leaves the others", async () => {
    const broken = "<< /Type /Page /Parent 2 0 R /Contents 99 0 R /Resources 2 >>";
    const file = assemblePdf([
      CATALOG,
      "<< /Type /Pages /Kids [6 0 R 4 0 R] /Count 2 >>",
      HELVETICA,
      page(),
      text("(still here) Tj"),
      broken,
    ]);
    expect((await read(file)).at(-1)).toBe("still here");
  });
});

describe("a file", () => {
  const drawn = deflateSync(
    "BT /F1 12 Tf 72 700 Td (The first line) Tj 0 -20 Td (and the second) Tj ET",
  );
  const written = (content: Buffer) =>
    assemblePdf([
      CATALOG,
      PAGES,
      HELVETICA,
      page(),
      streamObject("/Filter /FlateDecode", content.toString("latin1")),
    ]);

  test("stays as it is while it is read", async () => {
    const file = written(drawn);
    const before = file.slice();
    expect(await read(file)).toEqual(["The first line\nand the second"]);
    expect(file).toEqual(before);
  });

  test("that is packed is read as far as it is whole, and whatever follows it", async () => {
    const long = deflateSync("BT /F1 12 Tf 72 700 Td (The first line) Tj ET % a long remark");
    const trailed = Buffer.concat([drawn, Buffer.from("\r\n\r\n")]);
    expect(await read(written(trailed))).toEqual(["The first line\nand the second"]);
    expect(await read(written(long.subarray(0, -8)))).toEqual(["The first line"]);
  });

  test("with a damaged font has the letters that its map names", async () => {
    const map =
      "1 begincodespacerange <00> <ff> endcodespacerange 1 beginbfrange <41> <5a> <0061> endbfrange";
    const file = assemblePdf([
      CATALOG,
      PAGES,
      `<< /Type /Font /Subtype /TrueType /BaseFont /ABCDEF+Foo /FirstChar 65 /LastChar 90 /Widths [${"500 ".repeat(26)}] /FontDescriptor 6 0 R /ToUnicode 8 0 R >>`,
      page(),
      text("(WORDS) Tj"),
      "<< /Type /FontDescriptor /FontName /ABCDEF+Foo /Flags 4 /FontBBox [0 -200 1000 900] /ItalicAngle 0 /Ascent 800 /Descent -200 /CapHeight 700 /StemV 80 /FontFile2 7 0 R >>",
      streamObject("", "\0\u0001\0\0 and no more"),
      streamObject("", map),
    ]);
    expect(await read(file)).toEqual(["words"]);
  });
});
