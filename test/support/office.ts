import { buildZip } from "./zip.ts";

const RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships";
const TYPES = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

/** What an Office document says its main part is. @param type "wordprocessingml.document" */
export function contentTypesXml(part: string, type: string): string {
  return `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/${part}" ContentType="application/vnd.openxmlformats-officedocument.${type}.main+xml"/></Types>`;
}

/** The parts of an Office document besides its main one, by the type of the relation to them. */
export type Parts = Readonly<Record<string, string>>;

/** Relations of a part, by their ids: [type, target]. */
export function relationsXml(
  relations: Readonly<Record<string, readonly [string, string]>>,
): string {
  const each = Object.entries(relations).map(
    ([id, [type, target]]) =>
      `<Relationship Id="${id}" Type="${TYPES}/${type}" Target="${target}"/>`,
  );
  return `<Relationships xmlns="${RELATIONS}">${each.join("")}</Relationships>`;
}

/** What a slide of a presentation that is built here holds. */
export interface BuiltSlide {
  /** What stands in its `p:spTree`. */
  readonly shapes: string;
  /** The other parts that it leads to, by the type of the relation, which is its id too. */
  readonly parts?: Parts;
  readonly isHidden?: boolean;
}

/**
 * A presentation of slides that share a layout and a master.
 * @param master its placeholders and text styles
 * @param layout what stands in its `p:spTree`
 */
export function buildPptx(
  slides: readonly BuiltSlide[],
  master = "",
  presentation = "",
  layout = "",
): Uint8Array {
  const files: Record<string, string> = {
    "[Content_Types].xml": contentTypesXml("ppt/presentation.xml", "presentationml.presentation"),
    "_rels/.rels": relationsXml({ main: ["officeDocument", "ppt/presentation.xml"] }),
    "ppt/presentation.xml": `<p:presentation ${presentation}><p:sldIdLst>${slides
      .map((_, at) => `<p:sldId id="${256 + at}" r:id="s${at}"/>`)
      .join("")}</p:sldIdLst></p:presentation>`,
    "ppt/_rels/presentation.xml.rels": relationsXml({
      authors: ["commentAuthors", "authors.xml"],
      ...Object.fromEntries(
        slides.map((_, at) => [`s${at}`, ["slide", `slides/s${at}.xml`] as const]),
      ),
    }),
    "ppt/authors.xml": '<p:cmAuthorLst><p:cmAuthor id="1" name="Lan"/></p:cmAuthorLst>',
    "ppt/layout.xml": `<p:sldLayout><p:cSld><p:spTree>${layout}</p:spTree></p:cSld></p:sldLayout>`,
    "ppt/_rels/layout.xml.rels": relationsXml({ m: ["slideMaster", "master.xml"] }),
    "ppt/master.xml": `<p:sldMaster>${master}</p:sldMaster>`,
  };
  slides.forEach(({ shapes, parts = {}, isHidden }, at) => {
    files[`ppt/slides/s${at}.xml`] =
      `<p:sld show="${isHidden ? 0 : 1}"><p:cSld><p:spTree>${shapes}</p:spTree></p:cSld></p:sld>`;
    const own = Object.keys(parts).map((type) => [type, [type, `${type}${at}.xml`]] as const);
    files[`ppt/slides/_rels/s${at}.xml.rels`] = relationsXml({
      layout: ["slideLayout", "../layout.xml"],
      ...Object.fromEntries(own),
    });
    for (const [type, xml] of Object.entries(parts)) files[`ppt/slides/${type}${at}.xml`] = xml;
  });
  return buildZip(files);
}

/** A file of an office suite with its open format. @param kind "text" @param body what stands in its `office:body` */
export function openDocument(kind: string, body: string): Uint8Array {
  return buildZip({
    mimetype: `application/vnd.oasis.opendocument.${kind}`,
    "META-INF/manifest.xml": "<manifest:manifest/>",
    "content.xml": `<office:document-content><office:body>${body}</office:body></office:document-content>`,
  });
}
