import { Archive } from "../../archive.ts";
import { damaged, locked, type ReadLimits, unreadable } from "../../limits.ts";
import { type Element, parseLongXml, parseXml } from "../../markup.ts";
import { startsWith } from "../../telling/magic.ts";

/** An OpenDocument file, taken apart. */
export interface OdfPackage {
  readonly content: Element;
  /** Styles that people know by name; the content itself in a file that is one XML text. */
  readonly styles: Element;
  /** What is embedded, by where it lies: charts, formulas, sheets. */
  readonly objects: ReadonlyMap<string, Element>;
}

const CONTENT = "content.xml";

/**
 * @param what how a sentence names the file: "presentation"
 * @param onRead told the share of its content that has been read, from 0 to 1
 * @throws PermanentError `parse_failed` for what is encrypted, damaged, or larger than the limits
 */
export async function openOdf(
  bytes: Uint8Array,
  what: string,
  limits: ReadLimits,
  onRead: (share: number) => void,
): Promise<OdfPackage> {
  if (!startsWith(bytes, "PK")) {
    const content = await parseLongXml(flat(bytes, what), what, onRead);
    return { content, styles: content, objects: new Map() };
  }
  const archive = await Archive.open(bytes, what, limits);
  const manifest = (await archive.text("META-INF/manifest.xml")) ?? "";
  if (manifest.includes("encryption-data")) throw locked(what);
  const text = await archive.text(CONTENT);
  if (text === undefined) throw unreadable(`The ${what} is damaged: its content is missing.`);
  const treeOf = async (name: string) => parseXml((await archive.text(name)) ?? "", what);
  const objects = new Map<string, Element>();
  for (const name of archive.names())
    if (name.endsWith(`/${CONTENT}`))
      objects.set(name.slice(0, -CONTENT.length - 1), await treeOf(name));
  const content = await parseLongXml(text, what, onRead);
  return { content, styles: await treeOf("styles.xml"), objects };
}

/** One XML text instead of an archive: `.fodt`. */
function flat(bytes: Uint8Array, what: string): string {
  const text = new TextDecoder().decode(bytes);
  // The tree of a file that is cut off would be closed as if nothing were missing.
  if (!/<\/[\w:]*document>\s*$/.test(text)) throw damaged(what);
  return text;
}
