import { expect, test } from "bun:test";
import { readDocx } from "../../../src/parsing/formats/docx.ts";
import {
  buildDocx,
  field,
  instruction,
  pagesOfDocx,
  paragraph,
  run,
  textOfDocx,
  words,
} from "../../support/docx.ts";
import { contextOf } from "../../support/read-context.ts";

const layout = "<w:r><w:lastRenderedPageBreak/></w:r>";
const wanted = '<w:r><w:br w:type="page"/></w:r>';

test("a break of the layout divides a paragraph", async () => {
  const body = `<w:p>${words("before ")}${layout}${words("after")}</w:p>`;
  expect(await pagesOfDocx(buildDocx(body))).toEqual(["before", "after"]);
});

test("a break that the writer wanted, and the layout notes, is one", async () => {
  const body = `<w:p>${words("one")}${wanted}</w:p><w:p>${layout}${words("two")}</w:p>`;
  expect(await pagesOfDocx(buildDocx(body))).toEqual(["one", "two"]);
});

test("an empty page is one, too", async () => {
  const body = `<w:p>${words("one")}${wanted}</w:p><w:p>${layout}${wanted}</w:p><w:p>${layout}${words("three")}</w:p>`;
  expect(await pagesOfDocx(buildDocx(body))).toEqual(["one", "", "three"]);
});

test("a section begins a page unless it goes on", async () => {
  const section = (type: string) => `<w:sectPr><w:type w:val="${type}"/></w:sectPr>`;
  const body = [
    paragraph("one", section("nextPage")),
    paragraph("two", section("nextPage")),
    paragraph("two still", section("continuous")),
    paragraph("in the next column", section("nextColumn")),
    paragraph("three"),
    section("oddPage"),
  ].join("");
  expect(await pagesOfDocx(buildDocx(body))).toEqual([
    "one",
    "two\n\ntwo still\n\nin the next column",
    "three",
  ]);
});

test("a paragraph may begin a page by itself", async () => {
  const body = [paragraph("a", "<w:pageBreakBefore/>"), paragraph("b", "<w:pageBreakBefore/>")];
  expect(await pagesOfDocx(buildDocx(body.join("")))).toEqual(["a", "b"]);
});

test("notes stand on the page of their mark, endnotes at the very end", async () => {
  const footnotes = `<w:footnotes><w:footnote w:id="2">${paragraph("below")}</w:footnote></w:footnotes>`;
  const endnotes = `<w:endnotes><w:endnote w:id="2">${paragraph("behind")}</w:endnote></w:endnotes>`;
  const body = `<w:p>${words("x")}${run('<w:footnoteReference w:id="2"/>')}${run('<w:endnoteReference w:id="2"/>')}${layout}${words("y")}</w:p>`;
  expect(await pagesOfDocx(buildDocx(body, { footnotes, endnotes }))).toEqual([
    "x[^1][^i]\n\n[^1]: below",
    "y\n\n[^i]: behind",
  ]);
});

test("a note is told once, however often it is referred to, and if its mark is not shown", async () => {
  const footnotes = `<w:footnotes><w:footnote w:id="2">${paragraph("below")}</w:footnote><w:footnote w:id="3">${paragraph("of what is not shown")}</w:footnote></w:footnotes>`;
  const to = (id: number) => run(`<w:footnoteReference w:id="${id}"/>`);
  const body = `<w:p>${words("x")}${to(2)}${words("y")}${to(2)}${field(instruction("IF ") + field("", to(3)), words("z"))}</w:p>`;
  expect(await textOfDocx(body, { footnotes })).toBe(
    "x[^1]yz\n\n[^1]: below\n\n[^2]: of what is not shown",
  );
});

test("the head of a first page is told where there is one, numbers of pages in one element are not", async () => {
  const header = `<w:hdr><w:p>${words("Unused")}</w:p></w:hdr>`;
  const footer = `<w:ftr><w:p>${words("Tax no. 7")}<w:fldSimple w:instr="NUMPAGES">${words("99")}</w:fldSimple></w:p></w:ftr>`;
  const section = (more: string) =>
    `<w:sectPr><w:headerReference w:type="first" r:id="header"/><w:footerReference w:type="default" r:id="footer"/>${more}</w:sectPr>`;
  const parts = { header, footer };
  expect(await textOfDocx(paragraph("one") + section(""), parts)).toBe("one\n\nTax no. 7");
  expect(await textOfDocx(paragraph("one") + section("<w:titlePg/>"), parts)).toBe(
    "Unused\n\none\n\nTax no. 7",
  );
});

test("running heads are told once, and without the numbers of pages", async () => {
  const number = field(instruction(" PAGE "), words("7"));
  const header = `<w:hdr><w:p>${words("ACME secret ")}${number}</w:p></w:hdr>`;
  const footer = `<w:ftr><w:p>${words("Page ")}${number}</w:p></w:ftr>`;
  const section =
    '<w:sectPr><w:headerReference w:type="default" r:id="header"/><w:footerReference w:type="default" r:id="footer"/></w:sectPr>';
  const body = [paragraph("one", section), paragraph("two"), section].join("");
  expect(await textOfDocx(body, { header, footer })).toBe("ACME secret\n\none\n=====\ntwo");
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
