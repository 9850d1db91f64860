import { describe, expect, test } from "bun:test";
import { readDocx } from "../../../src/parsing/formats/docx.ts";
import { contextOf } from "../../support/read-context.ts";
import { buildDocx, paragraph, type Parts, table } from "../../support/office.ts";
import { buildZip } from "../../support/zip.ts";

async function pagesOf(bytes: Uint8Array): Promise<readonly string[]> {
  return await readDocx({ name: "a.docx", bytes, format: "docx" }, contextOf());
}

async function textOf(body: string, parts?: Parts): Promise<string> {
  return (await pagesOf(buildDocx(body, parts))).join("\n=====\n");
}

function style(id: string, name: string, properties = "", basedOn = ""): string {
  const base = basedOn && `<w:basedOn w:val="${basedOn}"/>`;
  return `<w:style w:type="paragraph" w:styleId="${id}"><w:name w:val="${name}"/>${base}<w:pPr>${properties}</w:pPr></w:style>`;
}

const styled = (id: string) => `<w:pStyle w:val="${id}"/>`;
const listed = (numId: number, level = 0) =>
  `<w:numPr><w:ilvl w:val="${level}"/><w:numId w:val="${numId}"/></w:numPr>`;
const run = (content: string) => `<w:r>${content}</w:r>`;
const prompt = (text: string) =>
  `<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>${words(text)}</w:sdtContent></w:sdt>`;
const words = (text: string) => run(`<w:t xml:space="preserve">${text}</w:t>`);

describe("headings", () => {
  const styles = `<w:styles>${[
    style("berschrift2", "heading 2", '<w:outlineLvl w:val="1"/>'),
    style("Kapitel", "Kapitel", "", "berschrift2"),
    style("TOCHeading", "TOC Heading", '<w:outlineLvl w:val="9"/>', "berschrift2"),
    style("Title", "Title"),
    style("Tiu1", "Tiêu đề 1"),
    style("Ring", "Ring", "", "Rang"),
    style("Rang", "Rang", "", "Ring"),
  ].join("")}</w:styles>`;

  test.each([
    [styled("berschrift2"), "## Text"],
    [styled("Kapitel"), "## Text"],
    [styled("TOCHeading"), "Text"],
    [styled("Title"), "# Text"],
    [styled("Tiu1"), "# Text"],
    [styled("Ring"), "Text"],
    [styled("Heading3"), "### Text"],
    [styled("Nowhere"), "Text"],
    ['<w:outlineLvl w:val="3"/>', "#### Text"],
  ])("%s", async (properties, expected) => {
    expect(await textOf(paragraph("Text", properties), { styles })).toBe(expected);
  });
});

test("a table that is too long for one piece is one table", async () => {
  const rows = Array.from({ length: 1_700 }, (_, at) => [`row ${at}`, String(at)]);
  const lines = (await textOf(paragraph("above") + table(rows) + paragraph("below"))).split("\n");
  expect(lines).toHaveLength(1_700 + 1 + 4);
  expect(lines.slice(0, 5)).toEqual([
    "above",
    "",
    "| row 0 | 0 |",
    "| --- | --- |",
    "| row 1 | 1 |",
  ]);
  expect(lines.slice(-3)).toEqual(["| row 1699 | 1699 |", "", "below"]);
});

test("a long table of one column is text", async () => {
  const rows = Array.from({ length: 1_200 }, (_, at) => [`line ${at}`]);
  const blocks = (await textOf(table(rows))).split("\n\n");
  expect(blocks).toEqual(rows.flat());
});

describe("a paragraph that goes on in the next one", () => {
  const deleted = '<w:rPr><w:del w:id="1"/></w:rPr>';
  const letter = '<w:framePr w:dropCap="drop" w:lines="3"/>';

  test.each([
    ["whose end is deleted", paragraph("one ", deleted) + paragraph("two"), "one two"],
    ["whose first letter is set large", paragraph("O", letter) + paragraph("nce"), "Once"],
    [
      "that becomes a heading",
      paragraph("O", letter) + paragraph("nce", styled("Heading1")),
      "# Once",
    ],
    [
      "before a table",
      paragraph("a", deleted) + table([["b", "c"]]),
      "a\n\n| b | c |\n| --- | --- |",
    ],
    ["at the end", paragraph("a") + paragraph("b", deleted), "a\n\nb"],
  ])("%s", async (_, body, expected) => {
    expect(await textOf(body)).toBe(expected);
  });
});

describe("lists", () => {
  const level = (at: number, format: string, text: string, more = "") =>
    `<w:lvl w:ilvl="${at}"><w:start w:val="1"/><w:numFmt w:val="${format}"/><w:lvlText w:val="${text}"/>${more}</w:lvl>`;
  const numbering = `<w:numbering>
    <w:abstractNum w:abstractNumId="1">${level(0, "bullet", "\uf0b7")}${level(1, "bullet", "o")}</w:abstractNum>
    <w:abstractNum w:abstractNumId="2">${level(0, "decimal", "%1.")}${level(1, "lowerLetter", "%2)")}${level(2, "upperRoman", "%1.%2.%3", "<w:isLgl/>")}</w:abstractNum>
    <w:abstractNum w:abstractNumId="3"><w:numStyleLink w:val="Looped"/></w:abstractNum>
    <w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num>
    <w:num w:numId="2"><w:abstractNumId w:val="2"/></w:num>
    <w:num w:numId="3"><w:abstractNumId w:val="2"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="7"/></w:lvlOverride></w:num>
    <w:num w:numId="4"><w:abstractNumId w:val="3"/></w:num>
  </w:numbering>`;

  test("bullets by levels, with the next paragraph apart", async () => {
    const body = [
      paragraph("one", listed(1)),
      paragraph("two", listed(1, 1)),
      paragraph("after"),
    ].join("");
    expect(await textOf(body, { numbering })).toBe("- one\n  - two\n\nafter");
  });

  test("numbers are counted within their levels, and anew where a list says so", async () => {
    const body = [
      paragraph("a", listed(2)),
      paragraph("b", listed(2, 1)),
      paragraph("c", listed(2, 1)),
      paragraph("d", listed(2, 2)),
      paragraph("e", listed(2)),
      paragraph("f", listed(2, 1)),
      paragraph("g", listed(3)),
      paragraph("h", listed(3)),
    ].join("");
    expect(await textOf(body, { numbering })).toBe(
      "1. a\n  a) b\n  b) c\n    1.2.1 d\n2. e\n  a) f\n7. g\n8. h",
    );
  });

  test("a heading bears its number", async () => {
    const styles = `<w:styles>${style("H", "heading 1", listed(2))}</w:styles>`;
    const body = [paragraph("Scope", styled("H")), paragraph("Terms", styled("H"))].join("");
    expect(await textOf(body, { numbering, styles })).toBe("# 1. Scope\n\n# 2. Terms");
  });

  test("a list that leads to itself is none", async () => {
    const styles = `<w:styles>${style("Looped", "Looped", listed(4))}</w:styles>`;
    expect(await textOf(paragraph("x", listed(4)), { numbering, styles })).toBe("x");
  });
});

describe("tables", () => {
  test("the first row is the head", async () => {
    expect(
      await textOf(
        table([
          ["A", "B"],
          ["1", "2|3"],
        ]),
      ),
    ).toBe("| A | B |\n| --- | --- |\n| 1 | 2\\|3 |");
  });

  test("merged cells leave their columns where they are", async () => {
    const cell = (text: string, properties = "") =>
      `<w:tc><w:tcPr>${properties}</w:tcPr>${paragraph(text)}</w:tc>`;
    const body = `<w:tbl>
      <w:tr>${cell("Region")}${cell("2023")}${cell("2024")}</w:tr>
      <w:tr>${cell("North", '<w:vMerge w:val="restart"/>')}${cell("1")}${cell("2")}</w:tr>
      <w:tr>${cell("", "<w:vMerge/>")}${cell("3")}${cell("4")}</w:tr>
      <w:tr>${cell("South and", '<w:gridSpan w:val="2"/>')}${cell("5")}</w:tr></w:tbl>`;
    expect(await textOf(body)).toBe(
      "| Region | 2023 | 2024 |\n| --- | --- | --- |\n| North | 1 | 2 |\n|  | 3 | 4 |\n| South and |  | 5 |",
    );
  });

  test("a table within a table is one cell's text", async () => {
    const inner = table([
      ["a", "b"],
      ["c", "d"],
    ]);
    const body = `<w:tbl><w:tr><w:tc>${inner}</w:tc><w:tc>${paragraph("right")}</w:tc></w:tr></w:tbl>`;
    expect(await textOf(body)).toBe("| a, b; c, d | right |\n| --- | --- |");
  });

  test("a frame of one column is what stands in it", async () => {
    const body = `<w:tbl><w:tr><w:tc>${paragraph("Title", styled("Heading1"))}${paragraph("text")}</w:tc></w:tr></w:tbl>`;
    expect(await textOf(body)).toBe("# Title\n\ntext");
  });

  test("a cell that would span a thousand million columns", async () => {
    const body = `<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val="1000000000"/></w:tcPr>${paragraph("a")}</w:tc><w:tc>${paragraph("b")}</w:tc></w:tr></w:tbl>`;
    expect(await textOf(body)).toContain("| a | b |");
  });

  test("columns beyond what Word allows are joined", async () => {
    const rows = [Array.from({ length: 70 }, (_, at) => `c${at}`)];
    expect(await textOf(table(rows))).toContain("| c62 | c63 c64 c65 c66 c67 c68 c69 |");
  });

  test("goes on under its head on the next page", async () => {
    const row = (...cells: string[]) =>
      `<w:tr>${cells.map((text) => `<w:tc><w:p>${text}</w:p></w:tc>`).join("")}</w:tr>`;
    const broken = run("<w:lastRenderedPageBreak/><w:t>3</w:t>");
    const body = `<w:tbl>${row(words("A"), words("B"))}${row(words("1"), words("2"))}${row(broken, words("4"))}</w:tbl>`;
    expect(await pagesOf(buildDocx(body))).toEqual([
      "| A | B |\n| --- | --- |\n| 1 | 2 |",
      "| A | B |\n| --- | --- |\n| 3 | 4 |",
    ]);
  });
});

describe("pages", () => {
  const layout = "<w:r><w:lastRenderedPageBreak/></w:r>";
  const wanted = '<w:r><w:br w:type="page"/></w:r>';

  test("a break of the layout divides a paragraph", async () => {
    const body = `<w:p>${words("before ")}${layout}${words("after")}</w:p>`;
    expect(await pagesOf(buildDocx(body))).toEqual(["before", "after"]);
  });

  test("a break that the writer wanted, and the layout notes, is one", async () => {
    const body = `<w:p>${words("one")}${wanted}</w:p><w:p>${layout}${words("two")}</w:p>`;
    expect(await pagesOf(buildDocx(body))).toEqual(["one", "two"]);
  });

  test("an empty page is one, too", async () => {
    const body = `<w:p>${words("one")}${wanted}</w:p><w:p>${layout}${wanted}</w:p><w:p>${layout}${words("three")}</w:p>`;
    expect(await pagesOf(buildDocx(body))).toEqual(["one", "", "three"]);
  });

  test("a section begins a page unless it goes on", async () => {
    const section = (type: string) => `<w:sectPr><w:type w:val="${type}"/></w:sectPr>`;
    const body = [
      paragraph("one", section("nextPage")),
      paragraph("two", section("nextPage")),
      paragraph("two still", section("continuous")),
      paragraph("three"),
      section("oddPage"),
    ].join("");
    expect(await pagesOf(buildDocx(body))).toEqual(["one", "two\n\ntwo still", "three"]);
  });

  test("a paragraph that begins a page by itself", async () => {
    const body = [paragraph("a", "<w:pageBreakBefore/>"), paragraph("b", "<w:pageBreakBefore/>")];
    expect(await pagesOf(buildDocx(body.join("")))).toEqual(["a", "b"]);
  });

  test("notes stand on the page of their mark, endnotes at the very end", async () => {
    const footnotes = `<w:footnotes><w:footnote w:id="2">${paragraph("below")}</w:footnote></w:footnotes>`;
    const endnotes = `<w:endnotes><w:endnote w:id="2">${paragraph("behind")}</w:endnote></w:endnotes>`;
    const body = `<w:p>${words("x")}${run('<w:footnoteReference w:id="2"/>')}${run('<w:endnoteReference w:id="2"/>')}${layout}${words("y")}</w:p>`;
    expect(await pagesOf(buildDocx(body, { footnotes, endnotes }))).toEqual([
      "x[^1][^i]\n\n[^1]: below",
      "y\n\n[^i]: behind",
    ]);
  });
});

describe("what is shown of a paragraph", () => {
  test.each([
    ["an insertion", `<w:ins>${words("in")}</w:ins>`, "in"],
    ["no deletion", `<w:del>${run("<w:delText>out</w:delText>")}</w:del>${words("x")}`, "x"],
    ["nothing hidden", run("<w:rPr><w:vanish/></w:rPr><w:t>secret</w:t>") + words("x"), "x"],
    ["a link's text", `<w:hyperlink r:id="rId9">${words("here")}</w:hyperlink>`, "here"],
    [
      "no soft hyphen",
      run("<w:t>Donau</w:t><w:softHyphen/><w:t>dampf\u00adschiff</w:t>"),
      "Donaudampfschiff",
    ],
    ["a fixed hyphen", run("<w:t>X</w:t><w:noBreakHyphen/><w:t>ray</w:t>"), "X-ray"],
    ["lines", run("<w:t>a</w:t><w:br/><w:t>b</w:t><w:tab/><w:t>c</w:t>"), "a\nb c"],
    [
      "signs",
      run('<w:sym w:font="Wingdings" w:char="F0FC"/><w:sym w:font="Symbol" w:char="F061"/>'),
      "✓α",
    ],
    [
      "a control's text",
      `<w:sdt><w:sdtPr/><w:sdtContent>${words("in")}</w:sdtContent></w:sdt>`,
      "in",
    ],
    ["no prompt", prompt("Click or tap here to enter text."), ""],
    ["no prompt of another language", prompt("Выберите элемент."), ""],
    ["what a template shows for an example", prompt("Your Name"), "Your Name"],
    [
      "a space that no line may break at",
      run("<w:t> 4\u00a0</w:t>") + run("<w:t>km</w:t>"),
      "4 km",
    ],
    [
      "a reading's base",
      `<w:r><w:ruby><w:rt>${words("kanji")}</w:rt><w:rubyBase>${words("漢字")}</w:rubyBase></w:ruby></w:r>`,
      "漢字",
    ],
    [
      "a picture's description",
      run(
        '<w:drawing><wp:inline><wp:docPr id="1" name="p" descr="A cat"/></wp:inline></w:drawing>',
      ),
      "[Image: A cat]",
    ],
  ])("%s", async (_, content, expected) => {
    expect(await textOf(`<w:p>${content}</w:p>`)).toBe(expected);
  });

  const field = (type: string) => run(`<w:fldChar w:fldCharType="${type}"/>`);
  const instruction = (text: string) => run(`<w:instrText>${text}</w:instrText>`);

  test("fields show their results, not what they are made of", async () => {
    const inner =
      field("begin") +
      instruction("MERGEFIELD x") +
      field("separate") +
      words("seen?") +
      field("end");
    const outer =
      field("begin") +
      instruction("IF ") +
      inner +
      field("separate") +
      words("result") +
      field("end");
    expect(await textOf(`<w:p>${outer}${words(" after")}</w:p>`)).toBe("result after");
  });

  test("a field that never ends hides nothing", async () => {
    const body = `<w:p>${field("begin")}${instruction("IF")}</w:p><w:p>${field("begin")}${field("separate")}${words("shown")}${field("end")}</w:p>`;
    expect(await textOf(body)).toBe("shown");
  });

  test("a text box is told once, after its paragraph", async () => {
    const box = `<w:txbxContent>${paragraph("boxed")}</w:txbxContent>`;
    const choice = `<mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wps:txbx>${box}</wps:txbx></w:drawing></mc:Choice><mc:Fallback><w:pict><v:textbox>${box}</v:textbox></w:pict></mc:Fallback></mc:AlternateContent>`;
    expect(await textOf(`<w:p>${words("before")}${run(choice)}${words(" and")}</w:p>`)).toBe(
      "before and\n\nboxed",
    );
  });

  test("equations", async () => {
    const letter = (text: string) => `<m:r><m:t>${text}</m:t></m:r>`;
    const fraction = `<m:f><m:num>${letter("a")}</m:num><m:den>${letter("b")}</m:den></m:f>`;
    const root = `<m:rad><m:radPr><m:degHide m:val="1"/></m:radPr><m:deg/><m:e>${letter("x")}</m:e></m:rad>`;
    const sum = `<m:nary><m:naryPr><m:chr m:val="∑"/></m:naryPr><m:sub>${letter("i=1")}</m:sub><m:sup>${letter("n")}</m:sup><m:e>${letter("i")}</m:e></m:nary>`;
    const body = `<w:p>${words("so ")}<m:oMath>${fraction}${root}</m:oMath></w:p><w:p><m:oMathPara><m:oMath>${sum}</m:oMath></m:oMathPara></w:p>`;
    expect(await textOf(body)).toBe("so $\\frac{a}{b}\\sqrt{x}$\n\n$$\\sum_{i=1}^{n} i$$");
  });

  test("a comment stands apart, with its author", async () => {
    const comments = `<w:comments><w:comment w:id="0" w:author="Lan">${paragraph("Really?")}</w:comment></w:comments>`;
    const body = `<w:p>${words("text")}${run('<w:commentReference w:id="0"/>')}</w:p>`;
    expect(await textOf(body, { comments })).toBe("text\n\nComment by Lan: Really?");
  });

  test("running heads are told once, and without the numbers of pages", async () => {
    const number =
      field("begin") + instruction(" PAGE ") + field("separate") + words("7") + field("end");
    const header = `<w:hdr><w:p>${words("ACME secret ")}${number}</w:p></w:hdr>`;
    const footer = `<w:ftr><w:p>${words("Page ")}${number}</w:p></w:ftr>`;
    const section =
      '<w:sectPr><w:headerReference w:type="default" r:id="header"/><w:footerReference w:type="default" r:id="footer"/></w:sectPr>';
    const body = [paragraph("one", section), paragraph("two"), section].join("");
    expect(await textOf(body, { header, footer })).toBe("ACME secret\n\none\n=====\ntwo");
  });
});

test("a large document is told of page by page, and read in parts", async () => {
  const page = `${paragraph("lorem ipsum ".repeat(500))}<w:p><w:r><w:br w:type="page"/></w:r></w:p>`;
  const told: number[] = [];
  const context = contextOf({ onProgress: (done, total) => told.push(done / total) });
  const bytes = buildDocx(page.repeat(60));
  const pages = await readDocx({ name: "a.docx", bytes, format: "docx" }, context);
  expect(pages).toHaveLength(61);
  expect(told.length).toBeGreaterThan(2);
  expect(told).toEqual(told.toSorted((a, b) => a - b));
  expect(told.at(-1)).toBe(1);
});

describe("what cannot be read", () => {
  test("an archive without a document", async () => {
    await expect(pagesOf(buildZip({ "a.txt": "x" }))).rejects.toThrow(
      "The file is no Word document.",
    );
  });

  test("no archive at all", async () => {
    await expect(pagesOf(Buffer.from("MZ\x90"))).rejects.toThrow(
      "The Word document is damaged and cannot be read.",
    );
  });

  test("a document whose parts lead nowhere is read without them", async () => {
    const bytes = buildZip({
      "word/document.xml": `<w:document><w:body>${paragraph("alone", styled("Heading1"))}</w:body></w:document>`,
      "word/_rels/document.xml.rels":
        "<Relationships><Relationship Id='1' Type='x/styles' Target='%zz/../../..'/></Relationships>",
    });
    expect(await pagesOf(bytes)).toEqual(["# alone"]);
  });

  test("names that mean something to the engine mean nothing in a document", async () => {
    const odd = ["__proto__", "constructor", "toString", "hasOwnProperty"];
    const body = odd.map((name) => `<w:p><w:${name}>${words("x")}</w:${name}></w:p>`);
    const equation = odd.map((name) => `<m:${name}><m:r><m:t>y</m:t></m:r></m:${name}>`);
    const text = await textOf(`${body.join("")}<w:p><m:oMath>${equation.join("")}</m:oMath></w:p>`);
    expect(text).toBe("x\n\nx\n\nx\n\nx\n\n$yyyy$");
  });

  test("tables within tables beyond all measure", async () => {
    const deep = `${"<w:tbl><w:tr><w:tc>".repeat(400)}${paragraph("x")}${"</w:tc></w:tr></w:tbl>".repeat(400)}`;
    await expect(textOf(deep)).rejects.toThrow("nested too deeply");
  });
});
