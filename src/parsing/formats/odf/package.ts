import type { Document } from "domhandler";
import { Archive } from "../../archive.ts";
import { damaged, locked, type ReadLimits, unreadable } from "../../limits.ts";
import { type Elements, parseXml } from "../../markup.ts";
import { startsWith } from "../../telling/magic.ts";

/** An OpenDocument file, taken apart. */
export interface OdfPackage {
  readonly content: Elements;
  /** Styles that people know by name; the content itself in a file that is one XML text. */
  readonly styles: Elements;
  /** What is embedded, by where it lies: charts, formulas, sheets. */
  readonly objects: ReadonlyMap<string, Document>;
}

/** The same, its content being the XML text that it is still. */
interface OdfParts extends Pick<OdfPackage, "objects"> {
  readonly content: string;
  /** Undefined if they stand in the content. */
  readonly styles: Elements | undefined;
}

const CONTENT = "content.xml";

/**
 * @param what how a sentence names the file: "presentation"
 * @throws PermanentError `parse_failed` for what is encrypted, damaged, or larger than the limits
 */
export async function openOdf(
  bytes: Uint8Array,
  what: string,
  limits: ReadLimits,
): Promise<OdfPackage> {
  const parts = await openOdfParts(bytes, what, limits);
  const content = parseXml(parts.content, what);
  return { content, styles: parts.styles ?? content, objects: parts.objects };
}

/** As `openOdf`, for who reads a long text in parts. */
export async function openOdfParts(
  bytes: Uint8Array,
  what: string,
  limits: ReadLimits,
): Promise<OdfParts> {
  if (!startsWith(bytes, "PK"))
    return { content: flat(bytes, what), styles: undefined, objects: new Map() };
  const archive = await Archive.open(bytes, what, limits);
  const manifest = (await archive.text("META-INF/manifest.xml")) ?? "";
  if (manifest.includes("encryption-data")) throw locked(what);
  const content = await archive.text(CONTENT);
  if (content === undefined) throw unreadable(`The ${what} is damaged: its content is missing.`);
  const objects = new Map<string, Document>();
  for (const name of archive.names())
    if (name.endsWith(`/${CONTENT}`))
      objects.set(
        name.slice(0, -CONTENT.length - 1),
        parseXml((await archive.text(name)) ?? "", what),
      );
  const styles = parseXml((await archive.text("styles.xml")) ?? "", what);
  return { content, styles, objects };
}

/** One XML text instead of an archive: `.fodt`. */
function flat(bytes: Uint8Array, what: string): string {
  const text = new TextDecoder().decode(bytes);
  // The tree of a file that is cut off would be closed as if nothing were missing.
  if (!/<\/[\w:]*document>\s*$/.test(text)) throw damaged(what);
  return text;
}
