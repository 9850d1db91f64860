/** Office documents that are one XML text. */
import { describe, expect, test } from "bun:test";
import { failureOf } from "../../support/failure.ts";
import { readPages } from "../../support/read-pages.ts";

const PROLOGUE = '<?xml version="1.0"?>\n<?mso-application progid="Word.Document"?>\n';

const words = (text: string, properties = "") =>
  `<w:p><w:pPr>${properties}</w:pPr><w:r><w:t>${text}</w:t></w:r></w:p>`;
const listed = (level: number) =>
  `<w:listPr><w:ilvl w:val="${level}"/><w:ilfo w:val="1"/></w:listPr>`;
const annotation = (type: string, content: string) =>
  `<aml:annotation w:type="Word.${type}" aml:author="Lan"><aml:content>${content}</aml:content></aml:annotation>`;

const WORD_2003 = `${PROLOGUE}<w:wordDocument xmlns:w="http://schemas.microsoft.com/office/word/2003/wordml">
<w:lists><w:listDef w:listDefId="4"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:lvlText w:val="%1."/></w:lvl><w:lvl w:ilvl="1"><w:start w:val="1"/><w:nfc w:val="4"/><w:lvlText w:val="%2)"/></w:lvl></w:listDef><w:list w:ilfo="1"><w:ilst w:val="4"/></w:list></w:lists>
<w:styles><w:style w:type="paragraph" w:styleId="Tiu1"><w:name w:val="heading 1"/></w:style></w:styles>
<w:body><wx:sect>${[
  words("Hợp đồng", '<w:pStyle w:val="Tiu1"/>'),
  words("Một", listed(0)),
  words("Hai", listed(1)),
  `<w:p><w:r><w:t>Giá</w:t><w:footnote>${words("Chưa thuế")}</w:footnote></w:r>${annotation("Deletion", "<w:r><w:delText>cũ</w:delText></w:r>")}${annotation("Comment", words("Xem lại"))}<w:r><w:pict><w:binData>iVBORw0KGgo=</w:binData></w:pict></w:r></w:p>`,
  `<w:tbl><w:tr><w:tc>${words("a")}</w:tc><w:tc>${words("b")}</w:tc></w:tr></w:tbl>`,
].join("")}</wx:sect></w:body></w:wordDocument>`;

const part = (name: string, xml: string) =>
  `<pkg:part pkg:name="${name}" pkg:contentType="application/xml"><pkg:xmlData>${xml}</pkg:xmlData></pkg:part>`;
const relation = (type: string, target: string) =>
  `<Relationships><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/${type}" Target="${target}"/></Relationships>`;
const pkg = (progId: string, parts: readonly string[]) =>
  `<?xml version="1.0"?><?mso-application progid="${progId}"?><pkg:package xmlns:pkg="http://schemas.microsoft.com/office/2006/xmlPackage">${parts.join("")}</pkg:package>\n`;

describe("an Office document in one XML text", () => {
  test("of Word 2003 is read", async () => {
    expect(await readPages("a.xml", WORD_2003)).toEqual([
      "# Hợp đồng\n\n1. Một\n  a) Hai\n\nGiá[^1]\n\n| a | b |\n| --- | --- |\n\n[^1]: Chưa thuế\n\nComment by Lan: Xem lại",
    ]);
  });

  test("of Word since is read, whatever it is called", async () => {
    const text = pkg("Word.Document", [
      part("/_rels/.rels", relation("officeDocument", "word/document.xml")),
      part("/word/_rels/document.xml.rels", relation("styles", "styles.xml")),
      part(
        "/word/document.xml",
        `<w:document><w:body>${words("Đầu", '<w:pStyle w:val="Tiu1"/>')}${words("Thân")}</w:body></w:document>`,
      ),
      part(
        "/word/styles.xml",
        '<w:styles><w:style w:type="paragraph" w:styleId="Tiu1"><w:name w:val="heading 2"/></w:style></w:styles>',
      ),
      '<pkg:part pkg:name="/word/media/a.png"><pkg:binaryData>iVBORw0KGgo=</pkg:binaryData></pkg:part>',
    ]);
    for (const name of ["a.xml", "a.doc", "a.docx"])
      expect(await readPages(name, text)).toEqual(["## Đầu\n\nThân"]);
  });

  test("of PowerPoint is read", async () => {
    const text = pkg("PowerPoint.Show", [
      part("/_rels/.rels", relation("officeDocument", "ppt/presentation.xml")),
      part(
        "/ppt/presentation.xml",
        '<p:presentation><p:sldIdLst><p:sldId id="256" r:id="r1"/></p:sldIdLst></p:presentation>',
      ),
      part("/ppt/_rels/presentation.xml.rels", relation("slide", "slides/slide1.xml")),
      part(
        "/ppt/slides/slide1.xml",
        "<p:sld><p:cSld><p:spTree><p:sp><p:txBody><a:p><a:r><a:t>Chào</a:t></a:r></a:p></p:txBody></p:sp></p:spTree></p:cSld></p:sld>",
      ),
    ]);
    expect(await readPages("a.xml", text)).toEqual(["Chào"]);
  });

  test("that is cut off is damaged", async () => {
    const { message } = await failureOf(readPages("a.xml", WORD_2003.slice(0, -40)));
    expect(message).toBe("The Word document is damaged and cannot be read.");
  });
});
