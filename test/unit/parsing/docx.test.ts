import { describe, expect, test } from "bun:test";
import {
  field,
  instruction,
  pagesOfDocx,
  paragraph,
  run,
  styled,
  table,
  textOfDocx,
  words,
} from "../../support/docx.ts";
import { buildZip } from "../../support/zip.ts";

function style(id: string, name: string, properties = "", basedOn = ""): string {
  const base = basedOn && `<w:basedOn w:val="${basedOn}"/>`;
  return `<w:style w:type="paragraph" w:styleId="${id}"><w:name w:val="${name}"/>${base}<w:pPr>${properties}</w:pPr></w:style>`;
}

const listed = (numId: number, level = 0) =>
  `<w:numPr><w:ilvl w:val="${level}"/><w:numId w:val="${numId}"/></w:numPr>`;
const formField = (form: string) =>
  run(`<w:fldChar w:fldCharType="begin"><w:ffData>${form}</w:ffData></w:fldChar>`) +
  run('<w:fldChar w:fldCharType="end"/>');
const prompt = (text: string) =>
  `<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>${words(text)}</w:sdtContent></w:sdt>`;

describe("headings", () => {
  const styles = `<w:styles>${[
    style("berschrift2", "heading 2", '<w:outlineLvl w:val="1"/>'),
    style("Kapitel", "Kapitel", "", "berschrift2"),
    style("TOCHeading", "TOC Heading", '<w:outlineLvl w:val="9"/>', "berschrift2"),
    style("TOC1", "toc 1", "", "berschrift2"),
    style("Title", "Title"),
    style("Tiu1", "Tiêu đề 1"),
    style("Ring", "Ring", "", "Rang"),
    style("Rang", "Rang", "", "Ring"),
  ].join("")}</w:styles>`;

  test.each([
    [styled("berschrift2"), "## Text"],
    [styled("Kapitel"), "## Text"],
    [styled("TOCHeading"), "Text"],
    [styled("TOC1"), "Text"],
    [styled("Title"), "# Text"],
    [styled("Tiu1"), "# Text"],
    [styled("Ring"), "Text"],
    [styled("Heading3"), "### Text"],
    [styled("Nowhere"), "Text"],
    ['<w:outlineLvl w:val="3"/>', "#### Text"],
  ])("%s", async (properties, expected) => {
    expect(await textOfDocx(paragraph("Text", properties), { styles })).toBe(expected);
  });
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
    expect(await textOfDocx(body)).toBe(expected);
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
    expect(await textOfDocx(body, { numbering })).toBe("- one\n  - two\n\nafter");
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
    expect(await textOfDocx(body, { numbering })).toBe(
      "1. a\n  a) b\n  b) c\n    1.2.1 d\n2. e\n  a) f\n7. g\n8. h",
    );
  });

  test("a level that never starts again counts on", async () => {
    const counted = numbering.replace('<w:lvlText w:val="%2)"/>', '$&<w:lvlRestart w:val="0"/>');
    const body = [
      paragraph("a", listed(2)),
      paragraph("b", listed(2, 1)),
      paragraph("c", listed(2)),
      paragraph("d", listed(2, 1)),
    ].join("");
    expect(await textOfDocx(body, { numbering: counted })).toBe("1. a\n  a) b\n2. c\n  b) d");
  });

  test("a paragraph may leave the list of its style", async () => {
    const styles = `<w:styles>${style("L", "List", listed(2))}</w:styles>`;
    const body = [
      paragraph("in", styled("L")),
      paragraph("out", styled("L") + listed(0)),
      paragraph("in again", styled("L")),
    ].join("");
    expect(await textOfDocx(body, { numbering, styles })).toBe("1. in\n\nout\n\n2. in again");
  });

  test("an item that is deleted is not counted, an empty one is", async () => {
    const body = [
      paragraph("a", listed(2)),
      paragraph("", `${listed(2)}<w:rPr><w:del w:id="1"/></w:rPr>`),
      paragraph("b", listed(2)),
      paragraph("", listed(2)),
      paragraph("c", listed(2)),
    ].join("");
    expect(await textOfDocx(body, { numbering })).toBe("1. a\n2. b\n4. c");
  });

  test("a heading bears its number", async () => {
    const styles = `<w:styles>${style("H", "heading 1", listed(2))}</w:styles>`;
    const body = [paragraph("Scope", styled("H")), paragraph("Terms", styled("H"))].join("");
    expect(await textOfDocx(body, { numbering, styles })).toBe("# 1. Scope\n\n# 2. Terms");
  });

  test("a list that leads to itself is none", async () => {
    const styles = `<w:styles>${style("Looped", "Looped", listed(4))}</w:styles>`;
    expect(await textOfDocx(paragraph("x", listed(4)), { numbering, styles })).toBe("x");
  });
});

describe("what is shown of a paragraph", () => {
  test.each([
    ["an insertion", `<w:ins>${words("in")}</w:ins>`, "in"],
    ["no deletion", `<w:del>${run("<w:delText>out</w:delText>")}</w:del>${words("x")}`, "x"],
    ["nothing hidden", run("<w:rPr><w:vanish/></w:rPr><w:t>secret</w:t>") + words("x"), "x"],
    ["nothing moved away", `<w:moveFrom>${words("out")}</w:moveFrom>${words("x")}`, "x"],
    [
      "what Word 2003 has inserted",
      `<aml:annotation w:type="Word.Insertion"><aml:content>${words("in")}</aml:content></aml:annotation>`,
      "in",
    ],
    [
      "nothing that it has deleted",
      `<aml:annotation w:type="Word.Deletion"><aml:content>${words("out")}</aml:content></aml:annotation>${words("x")}`,
      "x",
    ],
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
      "signs that are letters of their font",
      run('<w:rPr><w:rFonts w:ascii="Symbol"/></w:rPr><w:t>\uf044\uf0a3\uf061</w:t>'),
      "Δ≤α",
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
      "a box of a form, ticked and not",
      [1, 0].map((on) => formField(`<w:checkBox><w:checked w:val="${on}"/></w:checkBox>`)).join(""),
      "☒☐",
    ],
    [
      "what is chosen of a form's list",
      formField(
        '<w:ddList><w:result w:val="1"/><w:listEntry w:val="Tea"/><w:listEntry w:val="Coffee"/></w:ddList>',
      ),
      "Coffee",
    ],
    [
      "writing as a picture, and what describes a shape",
      run('<w:pict><v:shape alt="A stamp"><v:textpath string="DRAFT"/></v:shape></w:pict>'),
      "[Image: A stamp]DRAFT",
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
    expect(await textOfDocx(`<w:p>${content}</w:p>`)).toBe(expected);
  });

  test("nothing whose style is hidden", async () => {
    const hidden = (type: string, id: string) =>
      `<w:style w:type="${type}" w:styleId="${id}"><w:rPr><w:vanish/></w:rPr></w:style>`;
    const styles = `<w:styles>${hidden("paragraph", "P")}${hidden("character", "C")}</w:styles>`;
    const body = [
      paragraph("gone", styled("P")),
      `<w:p>${run('<w:rPr><w:rStyle w:val="C"/></w:rPr><w:t>gone</w:t>')}${words("seen")}</w:p>`,
    ];
    expect(await textOfDocx(body.join(""), { styles })).toBe("seen");
  });

  test("a prompt that is a paragraph of its own, or a block that was moved away, is not shown", async () => {
    const control = `<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>${paragraph("Click here.")}</w:sdtContent></w:sdt>`;
    const moved = `<w:moveFrom>${paragraph("moved")}</w:moveFrom>`;
    expect(await textOfDocx(control + moved + paragraph("text"))).toBe("text");
  });

  test("a chart that is led to twice is told once", async () => {
    const chart = `<c:chartSpace><c:chart><c:title><c:tx><c:rich><a:p><a:r><a:t>Sales</a:t></a:r></a:p></c:rich></c:tx></c:title></c:chart></c:chartSpace>`;
    const body = `<w:p>${run('<c:chart r:id="chart"/>')}</w:p>`;
    expect(await textOfDocx(body + body, { chart })).toBe("Sales");
  });

  test("fields show their results, not what they are made of", async () => {
    const inner = field(instruction("MERGEFIELD x"), words("seen?"));
    const outer = field(instruction("IF ") + inner, words("result"));
    expect(await textOfDocx(`<w:p>${outer}${words(" after")}</w:p>`)).toBe("result after");
  });

  test("a field that never ends hides nothing", async () => {
    const body = `<w:p>${run('<w:fldChar w:fldCharType="begin"/>')}${instruction("IF")}</w:p><w:p>${field("", words("shown"))}</w:p>`;
    expect(await textOfDocx(body)).toBe("shown");
  });

  test("a text box is told once, after its paragraph", async () => {
    const box = `<w:txbxContent>${paragraph("boxed")}</w:txbxContent>`;
    const choice = `<mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wps:txbx>${box}</wps:txbx></w:drawing></mc:Choice><mc:Fallback><w:pict><v:textbox>${box}</v:textbox></w:pict></mc:Fallback></mc:AlternateContent>`;
    expect(await textOfDocx(`<w:p>${words("before")}${run(choice)}${words(" and")}</w:p>`)).toBe(
      "before and\n\nboxed",
    );
  });

  test("a comment stands apart, with its author", async () => {
    const comments = `<w:comments><w:comment w:id="0" w:author="Lan">${paragraph("Really?")}</w:comment></w:comments>`;
    const body = `<w:p>${words("text")}${run('<w:commentReference w:id="0"/>')}</w:p>`;
    expect(await textOfDocx(body, { comments })).toBe("text\n\nComment by Lan: Really?");
  });
});

describe("what cannot be read", () => {
  test("an archive without a document says so", async () => {
    await expect(pagesOfDocx(buildZip({ "a.txt": "x" }))).rejects.toThrow(
      "The file is no Word document, or",
    );
  });

  test("what is no archive at all is damaged", async () => {
    await expect(pagesOfDocx(Buffer.from("MZ\x90"))).rejects.toThrow(
      "The Word document is damaged and cannot be read.",
    );
  });

  test("a document whose parts lead nowhere is read without them", async () => {
    const bytes = buildZip({
      "word/document.xml": `<w:document><w:body>${paragraph("alone", styled("Heading1"))}</w:body></w:document>`,
      "word/_rels/document.xml.rels":
        "<Relationships><Relationship Id='1' Type='x/styles' Target='%zz/../../..'/></Relationships>",
    });
    expect(await pagesOfDocx(bytes)).toEqual(["# alone"]);
  });

  test("a document is found whatever the case of its parts' names", async () => {
    const bytes = buildZip({
      "Word/Document.xml": `<w:document><w:body>${paragraph("text")}</w:body></w:document>`,
    });
    expect(await pagesOfDocx(bytes)).toEqual(["text"]);
  });

  test("names that mean something to the engine mean nothing in a document", async () => {
    const odd = ["__proto__", "constructor", "toString", "hasOwnProperty"];
    const body = odd.map((name) => `<w:p><w:${name}>${words("x")}</w:${name}></w:p>`);
    const equation = odd.map((name) => `<m:${name}><m:r><m:t>y</m:t></m:r></m:${name}>`);
    const text = await textOfDocx(
      `${body.join("")}<w:p><m:oMath>${equation.join("")}</m:oMath></w:p>`,
    );
    expect(text).toBe("x\n\nx\n\nx\n\nx\n\n$yyyy$");
  });
});
