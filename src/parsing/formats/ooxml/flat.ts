import { damaged } from "../../limits.ts";

/** Parts of a package by their names, as an archive holds them. */
export interface Parts {
  readonly names: () => string[];
  readonly text: (name: string) => Promise<string | undefined>;
  /** Of what is no text; one XML text has none. */
  readonly bytes?: (name: string) => Promise<Uint8Array | undefined>;
}

/** Numbers of Word 2003's formats for lists, by the names that they have had since. */
const FORMATS = new Map([
  ["0", "decimal"],
  ["1", "upperRoman"],
  ["2", "lowerRoman"],
  ["3", "upperLetter"],
  ["4", "lowerLetter"],
  ["23", "bullet"],
  ["255", "none"],
]);

/** What Word 2003 called otherwise than the standard that came of it. */
const NAMES = new Map([
  ["listPr", "numPr"],
  ["ilfo", "numId"],
  ["listDef", "abstractNum"],
  ["listDefId", "abstractNumId"],
  ["list", "num"],
  ["ilst", "abstractNumId"],
  ["lists", "numbering"],
  ["listStyleLink", "numStyleLink"],
]);

/**
 * The parts of an Office document that is one XML text: a flat package ("Word XML document"), or one of Word 2003.
 * @throws PermanentError `parse_failed` if it is neither, or cut off
 */
export function flatParts(bytes: Uint8Array, what: string): Parts {
  const text = new TextDecoder().decode(bytes);
  const parts = /<pkg:package[\s>]/.test(text) ? partsOfPackage(text) : partsOfWord2003(text);
  // The tree of a file that is cut off would be closed as if nothing were missing.
  if (!parts || !/<\/(?:pkg:package|w:wordDocument)>$/.test(text.trimEnd().slice(-20)))
    throw damaged(what);
  return { names: () => [...parts.keys()], text: (name) => Promise.resolve(parts.get(name)) };
}

function partsOfPackage(text: string): ReadonlyMap<string, string> {
  const parts = new Map<string, string>();
  const opening = /<pkg:part\s[^<>]*?pkg:name="([^"<>]*)"[^<>]*>\s*<pkg:xmlData[^<>]*>/g;
  for (let found = opening.exec(text); found; found = opening.exec(text)) {
    const end = text.indexOf("</pkg:xmlData>", opening.lastIndex);
    if (end < 0) break;
    parts.set(found[1] ?? "", text.slice(opening.lastIndex, end));
    opening.lastIndex = end;
  }
  return parts;
}

function partsOfWord2003(text: string): ReadonlyMap<string, string> | undefined {
  const body = elementOf(text, "body");
  if (body === undefined) return undefined;
  const type = (name: string) => `<Relationship Id="${name}" Type="${name}" Target="${name}.xml"/>`;
  return new Map([
    ["word/document.xml", `<w:document>${renamed(body)}</w:document>`],
    [
      "word/_rels/document.xml.rels",
      `<Relationships>${type("styles")}${type("numbering")}</Relationships>`,
    ],
    ["word/styles.xml", renamed(elementOf(text, "styles") ?? "<w:styles/>")],
    ["word/numbering.xml", renamed(elementOf(text, "lists") ?? "<w:lists/>")],
  ]);
}

/** The first element of a name, all of it. */
function elementOf(text: string, name: string): string | undefined {
  const start = text.search(new RegExp(`<w:${name}[\\s>]`));
  const end = text.indexOf(`</w:${name}>`, start);
  return start < 0 || end < 0 ? undefined : text.slice(start, end + name.length + 5);
}

/** As the standard has it that came of Word 2003's XML. */
function renamed(xml: string): string {
  return xml
    .replace(/<w:nfc w:val="(\d+)"/g, (_, code: string) => {
      return `<w:numFmt w:val="${FORMATS.get(code) ?? "decimal"}"`;
    })
    .replace(/(<\/?w:|\sw:)(\w+)/g, (all: string, before: string, name: string) => {
      const now = NAMES.get(name);
      return now ? before + now : all;
    });
}
