import { readDocx } from "../../src/parsing/formats/docx.ts";
import { type Parts, relationsXml } from "./office.ts";
import { contextOf } from "./read-context.ts";
import { buildZip } from "./zip.ts";

/** What the reader makes of a Word document. */
export async function pagesOfDocx(bytes: Uint8Array): Promise<readonly string[]> {
  return await readDocx({ name: "a.docx", bytes, format: "docx" }, contextOf());
}

/** The text of a Word document of this body, with a line of `=` between its pages. */
export async function textOfDocx(body: string, parts?: Parts): Promise<string> {
  return (await pagesOfDocx(buildDocx(body, parts))).join("\n=====\n");
}

/**
 * A Word document of what stands in its body.
 * @param parts `styles`, `numbering`, `footnotes`, …: what stands in the root of each; the relation's id is the type
 */
export function buildDocx(body: string, parts: Parts = {}): Uint8Array {
  const related = Object.fromEntries(
    Object.keys(parts).map((type) => [type, [type, `${type}.xml`] as const]),
  );
  return buildZip({
    "[Content_Types].xml": "<Types/>",
    "_rels/.rels": relationsXml({ main: ["officeDocument", "word/document.xml"] }),
    "word/document.xml": `<w:document><w:body>${body}</w:body></w:document>`,
    "word/_rels/document.xml.rels": relationsXml(related),
    ...Object.fromEntries(Object.entries(parts).map(([type, xml]) => [`word/${type}.xml`, xml])),
  });
}

/** A paragraph of Word. @param properties what stands in its `w:pPr` */
export function paragraph(text: string, properties = ""): string {
  return `<w:p><w:pPr>${properties}</w:pPr><w:r><w:t xml:space="preserve">${text}</w:t></w:r></w:p>`;
}

/** A table of Word, of cells that are paragraphs. */
export function table(rows: readonly (readonly string[])[]): string {
  const cell = (text: string) => `<w:tc>${paragraph(text)}</w:tc>`;
  return `<w:tbl>${rows.map((row) => `<w:tr>${row.map(cell).join("")}</w:tr>`).join("")}</w:tbl>`;
}

/** A run of Word. @param content what stands in its `w:r` */
export function run(content: string): string {
  return `<w:r>${content}</w:r>`;
}

/** A run of nothing but a text. */
export function words(text: string): string {
  return run(`<w:t xml:space="preserve">${text}</w:t>`);
}

/** The property of a paragraph that has a style. */
export function styled(id: string): string {
  return `<w:pStyle w:val="${id}"/>`;
}

/** A field of Word. @param asked runs of what it asks for @param result runs of what Word shows for it */
export function field(asked: string, result: string): string {
  const mark = (type: string) => run(`<w:fldChar w:fldCharType="${type}"/>`);
  return mark("begin") + asked + mark("separate") + result + mark("end");
}

/** A run of what a field asks for. */
export function instruction(text: string): string {
  return run(`<w:instrText>${text}</w:instrText>`);
}
