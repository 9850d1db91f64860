import { describe, expect, test } from "bun:test";
import { readOdp } from "../../../src/parsing/formats/odp.ts";
import { readOdt } from "../../../src/parsing/formats/odt.ts";
import type { Read } from "../../../src/parsing/reader.ts";
import { contextOf } from "../../support/read-context.ts";
import { readPages } from "../../support/read-pages.ts";
import { buildZip } from "../../support/zip.ts";

const NAMESPACES = ["office", "style", "text", "table", "draw", "fo", "svg", "xlink", "dc"]
  .concat("presentation", "math", "chart")
  .map((name) => `xmlns:${name}="urn:${name}"`)
  .join(" ");

const AUTOMATIC = `
  <style:style style:name="New" style:family="paragraph"><style:paragraph-properties fo:break-before="page"/></style:style>
  <style:style style:name="Last" style:family="paragraph"><style:paragraph-properties fo:break-after="page"/></style:style>
  <style:style style:name="Landscape" style:family="paragraph" style:master-page-name="Landscape"/>
  <style:style style:name="Newer" style:family="paragraph" style:parent-style-name="New"/>
  <style:style style:name="Title" style:family="paragraph"/>
  <style:style style:name="Loop" style:family="paragraph" style:parent-style-name="Loop"/>
  <style:style style:name="Secret" style:family="text"><style:text-properties text:display="none"/></style:style>
  <text:list-style style:name="Bullets"><text:list-level-style-bullet text:level="1"/></text:list-style>
  <text:list-style style:name="Numbers">
    <text:list-level-style-number text:level="1" style:num-format="I" style:num-suffix="."/>
    <text:list-level-style-number text:level="2" style:num-format="a" style:num-prefix="(" style:num-suffix=")"/>
    <text:list-level-style-number text:level="3" style:num-format="1" text:display-levels="3"/>
  </text:list-style>`;

const COMMON = `<office:document-styles ${NAMESPACES}><office:styles>
  <text:outline-style><text:outline-level-style text:level="1" style:num-format="1"/>
  <text:outline-level-style text:level="2" style:num-format="1" text:display-levels="2"/></text:outline-style>
  </office:styles></office:document-styles>`;

function content(kind: string, body: string): string {
  return `<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>
    <office:document-content ${NAMESPACES}><office:automatic-styles>${AUTOMATIC}</office:automatic-styles>
    <office:body><office:${kind}>${body}</office:${kind}></office:body></office:document-content>`;
}

async function pagesOf(read: Read, bytes: Uint8Array): Promise<readonly string[]> {
  return await read({ name: "a", format: "odt", bytes }, contextOf());
}

async function text(body: string, more: Record<string, string> = {}): Promise<string> {
  const bytes = buildZip({ "content.xml": content("text", body), ...more });
  return (await pagesOf(readOdt, bytes)).join("\n\f\n");
}

const p = (words: string, style = "") => `<text:p text:style-name="${style}">${words}</text:p>`;
const h = (words: string, level = 1) => `<text:h text:outline-level="${level}">${words}</text:h>`;
const list = (items: readonly string[], attributes = "") =>
  `<text:list ${attributes}>${items.map((item) => `<text:list-item>${item}</text:list-item>`).join("")}</text:list>`;
const row = (...cells: string[]) =>
  `<table:table-row>${cells.map((cell) => `<table:table-cell>${cell}</table:table-cell>`).join("")}</table:table-row>`;
const SOFT_BREAK = "<text:soft-page-break/>";

/** Each body, and what it reads as. */
const CASES: Record<string, [body: string, text: string]> = {
  "headings, paragraphs, spaces, tabs and line ends": [
    h("One") +
      p('a\n  b<text:s text:c="1000000000"/>c<text:tab/>d<text:line-break/>e') +
      h("Two", 2),
    "# One\n\na b c d\ne\n\n## Two",
  ],
  "the document's title": [
    `<text:section>${p("Report", "Title")}</text:section>${p("x", "Loop")}`,
    "# Report\n\nx",
  ],
  "numbers of lists as their styles say": [
    list(
      [p("one") + p("more") + list([p("sub") + list([p("deep")])]), p("two")],
      'text:style-name="Numbers"',
    ) +
      p("between") +
      list([p("three")], 'text:style-name="Numbers" text:continue-numbering="true"') +
      list([p("new")], 'text:style-name="Numbers"'),
    "I. one\n  more\n  (a) sub\n    I.a.1 deep\nII. two\n\nbetween\n\nIII. three\nI. new",
  ],
  "a list that goes on with another's numbers, and one that begins where it says": [
    list([p("one")], 'text:style-name="Numbers" xml:id="L"') +
      list([p("other")], 'text:style-name="Bullets"') +
      list([p("two")], 'text:style-name="Numbers" text:continue-list="L"') +
      `<text:list text:style-name="Numbers"><text:list-item text:start-value="7">${p("seven")}</text:list-item></text:list>`,
    "I. one\n- other\nII. two\nVII. seven",
  ],
  "bullets, and a list's header": [
    `<text:list text:style-name="Bullets"><text:list-header>${p("Head")}</text:list-header><text:list-item>${p("x")}</text:list-item></text:list>`,
    "Head\n\n- x",
  ],
  "a table whose cells span and repeat": [
    `<table:table><table:table-column table:number-columns-repeated="1000000000"/>
      <table:table-header-rows>${row(p("A"), p("B") + p("b"), p("C"))}</table:table-header-rows>
      <table:table-row><table:table-cell table:number-columns-spanned="2">${p("wide")}</table:table-cell><table:covered-table-cell/><table:table-cell>${p("c|")}</table:table-cell></table:table-row>
      <table:table-row><table:table-cell table:number-columns-repeated="2">${p("x")}</table:table-cell><table:table-cell table:number-columns-repeated="1000000000"/></table:table-row></table:table>`,
    "| A | B b | C |\n| --- | --- | --- |\n| wide |  | c\\| |\n| x | x |  |",
  ],
  "a table in a cell": [
    `<table:table>${row(`<table:table>${row(p("in"), p("ner"))}</table:table>${p("x")}`, p("y"))}</table:table>`,
    "| in ner x | y |\n| --- | --- |",
  ],
  "footnotes and comments": [
    p(
      `a<text:note><text:note-citation>7</text:note-citation><text:note-body>${p("Note")}</text:note-body></text:note>b<office:annotation><dc:creator>Ann</dc:creator><dc:date>2024</dc:date>${p("Really?")}</office:annotation><office:annotation-end/>`,
    ),
    "a[^1]b\n\n[^1]: Note\n\nComment by Ann: Really?",
  ],
  "what is hidden or deleted is left out": [
    `<text:tracked-changes><text:changed-region><text:deletion>${p("deleted")}</text:deletion></text:changed-region></text:tracked-changes>` +
      p(
        'a<text:span text:style-name="Secret">secret</text:span><text:hidden-text text:is-hidden="true">no</text:hidden-text><text:script>alert(1)</text:script>b',
      ) +
      `<text:section text:display="none">${p("gone")}</text:section>`,
    "ab",
  ],
  "fields, links and readings": [
    p(
      '<text:a xlink:href="http://x">link</text:a> <text:date>1 May</text:date> <text:ruby><text:ruby-base>漢</text:ruby-base><text:ruby-text>kan</text:ruby-text></text:ruby>&e;',
    ),
    "link 1 May 漢&e;",
  ],
  "pictures, text boxes and drawings": [
    p(
      `a <draw:frame><draw:image/><svg:title>t</svg:title><svg:desc>A cat</svg:desc></draw:frame><draw:frame><draw:text-box>${p("box")}</draw:text-box></draw:frame><draw:g><draw:rect>${p("shape")}</draw:rect></draw:g> b`,
    ),
    "a [Image: A cat] b\n\nbox\n\nshape",
  ],
  pages: [
    p("1", "New") +
      p("2", "Newer") +
      p(`2 <text:span>${SOFT_BREAK}</text:span>3`) +
      SOFT_BREAK +
      `<table:table>${row(p("A"))}${row(p("4"))}${SOFT_BREAK}${row(p(`5 ${SOFT_BREAK}`), p(SOFT_BREAK))}${row(p("6"))}</table:table>`,
    "1\n\f\n2\n\n2\n\f\n3\n\f\n| A |\n| --- |\n| 4 |\n\f\n| A |\n| --- |\n| 5 |\n\f\n| A |\n| --- |\n| 6 |",
  ],
  "pages that end with a paragraph, and pages of another kind": [
    p("1", "Last") + p("2") + p("3", "Landscape"),
    "1\n\f\n2\n\f\n3",
  ],
  "a note behind a page's end": [
    p(
      `1<text:note><text:note-body>${p("x")}</text:note-body></text:note>${SOFT_BREAK}2<text:note><text:note-body>${p("y")}</text:note-body></text:note>`,
    ),
    "1[^1]\n\n[^1]: x\n\f\n2[^2]\n\n[^2]: y",
  ],
};

describe("OpenDocument text", () => {
  for (const [what, [body, expected]] of Object.entries(CASES))
    test(what, async () => expect(await text(body)).toBe(expected));

  test("headings are numbered as the outline says", async () => {
    const unnumbered = '<text:h text:outline-level="1" text:is-list-header="true">Preface</text:h>';
    const body = unnumbered + h("A") + h("B", 2) + h("C", 2) + h("D");
    expect(await text(body, { "styles.xml": COMMON })).toBe(
      "# Preface\n\n# 1 A\n\n## 1.1 B\n\n## 1.2 C\n\n# 2 D",
    );
  });

  test("a formula stands in its line, and a chart's table after it", async () => {
    const frame = (path: string) =>
      `<draw:frame><draw:object xlink:href="./${path}"/><draw:image/></draw:frame>`;
    const body = p(`see ${frame("Object 1")} and ${frame("Object 2")}${frame("Nothing")}`);
    const objects = {
      "Object 1/content.xml":
        "<math><semantics><mi>E</mi><annotation>E = m c^2</annotation></semantics></math>",
      "Object 2/content.xml": content(
        "chart",
        `<chart:title>${p("Sales")}</chart:title><table:table>${row(p("Q1"), p("7"))}</table:table>`,
      ),
    };
    expect(await text(body, objects)).toBe(
      "see E = m c^2 and\n\nSales\n\n| Q1 | 7 |\n| --- | --- |",
    );
  });

  test("all of it may be one XML text", async () => {
    const flat = content("text", h("One")).replaceAll("document-content", "document");
    expect(await pagesOf(readOdt, Buffer.from(flat))).toEqual(["# One"]);
  });

  test("what cannot be read says why", async () => {
    const manifest = "<manifest><file-entry><encryption-data/></file-entry></manifest>";
    const encrypted = { "content.xml": "noise", "META-INF/manifest.xml": manifest };
    const refused: [Uint8Array, string][] = [
      [
        buildZip(encrypted),
        "The text document is password-protected; remove the password and upload it again.",
      ],
      [buildZip({ a: "b" }), "its content is missing"],
      [buildZip({ "content.xml": content("spreadsheet", "") }), "The file is no text document, or"],
      [Buffer.from("no such thing"), "damaged"],
      [Buffer.from("<office:document><office:body><office:text/>"), "damaged"],
      [buildZip({ "content.xml": content("text", p(SOFT_BREAK.repeat(6_000))) }), "5000 pages"],
      [buildZip({ "content.xml": "<a>".repeat(100_000) }), "too deeply"],
    ];
    for (const [bytes, sentence] of refused)
      await expect(pagesOf(readOdt, bytes)).rejects.toThrow(sentence);
  });
});

test("an OpenDocument presentation is a page for each slide", async () => {
  const box = (kind: string, words: string, more = "") =>
    `<draw:frame presentation:class="${kind}" ${more}><draw:text-box>${words}</draw:text-box></draw:frame>`;
  const slides = [
    box("subtitle", p("Sub")) +
      box("title", p("Title") + p("two")) +
      box("footer", p("Every page")) +
      box("outline", p("Click to add text"), 'presentation:placeholder="true"') +
      `<draw:g><draw:custom-shape>${p("Shape")}</draw:custom-shape></draw:g>` +
      `<presentation:notes>${box("notes", p("Say hello"))}</presentation:notes>`,
    `<draw:frame><table:table>${row(p("A"), p("B"))}${row(p("1"), p("2"))}</table:table><draw:image/></draw:frame>` +
      `<presentation:notes>${box("notes", p(""))}</presentation:notes>`,
    "",
  ];
  const body = slides.map((slide) => `<draw:page>${slide}</draw:page>`).join("");
  const bytes = buildZip({ "content.xml": content("presentation", body) });
  expect(await pagesOf(readOdp, bytes)).toEqual([
    "# Title two\n\nSub\n\nShape\n\n## Notes\n\nSay hello",
    "| A | B |\n| --- | --- |\n| 1 | 2 |",
    "",
  ]);
});

test("an OpenDocument drawing is its pages, packed or in one XML text", async () => {
  const shape = (words: string) => `<draw:custom-shape>${p(words)}</draw:custom-shape>`;
  const body = `<draw:page>${shape("Plan")}${shape("North")}</draw:page><draw:page/>`;
  const packed = buildZip({
    mimetype: "application/vnd.oasis.opendocument.graphics",
    "content.xml": content("drawing", body),
  });
  expect(await readPages("a.zip", packed)).toEqual(["Plan\n\nNorth", ""]);
  const flat = content("drawing", body)
    .replaceAll("document-content", "document")
    .replace("office:document", '$& office:mimetype="application/vnd.oasis.opendocument.graphics"');
  expect(await readPages("a.xml", flat)).toEqual(["Plan\n\nNorth", ""]);
  await expect(readPages("a.odg", packed.slice(0, 90))).rejects.toThrow("The drawing is damaged");
});

test("the shapes of a slide come in the order in which they are read", async () => {
  const shape = (words: string, x: string, y: string) =>
    `<draw:custom-shape svg:x="${x}" svg:y="${y}" svg:width="5cm" svg:height="2cm">${p(words)}</draw:custom-shape>`;
  const slide =
    shape("below", "8cm", "8cm") +
    `<draw:g>${shape("right", "4in", "10mm")}${shape("right too", "4in", "30mm")}</draw:g>` +
    shape("left", "1cm", "28.35pt") +
    `<presentation:notes><draw:custom-shape><text:p><text:page-number>&lt;number&gt;</text:page-number></text:p></draw:custom-shape></presentation:notes>`;
  const bytes = buildZip({
    "content.xml": content("presentation", `<draw:page>${slide}</draw:page>`),
  });
  expect(await pagesOf(readOdp, bytes)).toEqual(["left\n\nright\n\nright too\n\nbelow"]);
});

test("what stands on every page of a text stands there once", async () => {
  const master = (more: string) =>
    `<style:master-page><style:header>${p("Letterhead")}</style:header>${more}</style:master-page>`;
  const footer = `<style:footer>${p("Page ")}<text:page-number>1</text:page-number></style:footer><style:footer-left>${p("Tax no. 7")}</style:footer-left><style:footer-first style:display="false">${p("Unused")}</style:footer-first>`;
  const styles = `<office:document-styles><office:master-styles>${master("")}${master(footer)}</office:master-styles></office:document-styles>`;
  const bytes = buildZip({ "content.xml": content("text", p("Dear Ada")), "styles.xml": styles });
  expect(await pagesOf(readOdt, bytes)).toEqual(["Letterhead\n\nDear Ada\n\nTax no. 7"]);
});
