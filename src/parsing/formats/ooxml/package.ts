import { pathFrom } from "../../archive-path.ts";
import { Archive } from "../../archive.ts";
import type { ReadLimits } from "../../limits.ts";
import {
  attributeOf,
  childOf,
  childrenOf,
  type Element,
  nameOf,
  parseLongXml,
  parseXml,
} from "../../markup.ts";
import { flatParts, type Parts } from "./flat.ts";

/** Where a relation of a part leads. */
export interface Relation {
  readonly id: string;
  /** The last word of its type: "slide", "image". Before it stands one of two standards' addresses. */
  readonly type: string;
  /** A path within the package. */
  readonly path: string;
}

/** An Office document of XML parts that refer to each other (ECMA-376, part 2), in an archive or in one XML text. */
export class OfficePackage {
  private readonly names: ReadonlyMap<string, string>;

  private constructor(
    private readonly archive: Parts,
    private readonly what: string,
  ) {
    this.names = new Map(archive.names().map((name) => [keyOf(name), name]));
  }

  /**
   * @param what how a sentence names the file: "Word document"
   * @throws PermanentError `parse_failed` for what is no archive, or one beyond the limits
   */
  static async open(bytes: Uint8Array, what: string, limits: ReadLimits): Promise<OfficePackage> {
    const isFlat = startsAsXml(bytes);
    return new OfficePackage(
      isFlat ? flatParts(bytes, what) : await Archive.open(bytes, what, limits),
      what,
    );
  }

  /** Where the part lies that the document begins with. @param usual where, if nothing that is there is named */
  async main(usual: string): Promise<string> {
    const named = (await this.relations("")).find(({ type }) => type === "officeDocument");
    return named && this.names.has(keyOf(named.path)) ? named.path : usual;
  }

  /**
   * A part's text; undefined if it is not there.
   * @throws PermanentError `parse_failed` if it is damaged
   */
  async text(path: string): Promise<string | undefined> {
    const name = this.names.get(keyOf(path));
    return name === undefined ? undefined : await this.archive.text(name);
  }

  /** The same of a part that is no text. */
  async bytes(path: string): Promise<Uint8Array | undefined> {
    const name = this.names.get(keyOf(path));
    return name === undefined ? undefined : await this.archive.bytes?.(name);
  }

  /**
   * A part's tree; undefined if it is not there.
   * @throws PermanentError `parse_failed` if it is damaged
   */
  async xml(path: string): Promise<Element | undefined> {
    const text = await this.text(path);
    return text === undefined ? undefined : parseXml(text, this.what);
  }

  /** As `xml`, of a long part. @param onRead told the share of it that has been read, from 0 to 1 */
  async longXml(path: string, onRead: (share: number) => void): Promise<Element | undefined> {
    const text = await this.text(path);
    return text === undefined ? undefined : await parseLongXml(text, this.what, onRead);
  }

  /** Where a part leads within the package; what lies outside is never looked at. @param path "" for the package's own */
  async relations(path: string): Promise<readonly Relation[]> {
    const cut = path.lastIndexOf("/") + 1;
    const folder = path.slice(0, cut);
    const xml = await this.xml(`${folder}_rels/${path.slice(cut)}.rels`);
    return childrenOf(childOf(xml, "relationships"), "relationship")
      .filter((relation) => attributeOf(relation, "TargetMode") !== "External")
      .map((relation) => ({
        id: attributeOf(relation, "Id") ?? "",
        type: /[^/]*$/.exec(attributeOf(relation, "Type") ?? "")?.[0] ?? "",
        path: pathFrom(path, attributeOf(relation, "Target") ?? ""),
      }));
  }
}

function startsAsXml(bytes: Uint8Array): boolean {
  return /^(?:\xef\xbb\xbf)?\s*</.test(Buffer.from(bytes.subarray(0, 64)).toString("latin1"));
}

/** The elements right below, of those that are given in several ways the one that newer programs show. */
export function shownChildren(parent: Element | undefined): Element[] {
  const children = childrenOf(parent);
  if (!children.some((child) => nameOf(child) === "alternatecontent")) return children;
  return children.flatMap((child) => {
    if (nameOf(child) !== "alternatecontent") return [child];
    const way = childOf(child, "choice") ?? childOf(child, "fallback");
    return way ? shownChildren(way) : [];
  });
}

/** Whether a setting is on, as all that is not said to be off. */
export function isOn(setting: Element | undefined): boolean {
  if (!setting) return false;
  return !/^(0|false|off|none)$/.test(attributeOf(setting, "val") ?? "");
}

/** Whether an attribute says yes. */
export function isTrue(element: Element | undefined, name: string): boolean {
  return /^(1|true|on)$/.test(attributeOf(element, name) ?? "");
}

/** The value of a setting right below. */
export function valueOf(parent: Element | undefined, name: string): string | undefined {
  return attributeOf(childOf(parent, name), "val");
}

/** The relation that an entry of a list leads by: it has an id of its own besides. */
export function relationIdOf({ attributes }: Element): string {
  return Object.entries(attributes).find(([name]) => name.endsWith(":id"))?.[1] ?? "";
}

/** Parts are told by names without regard to case. */
function keyOf(path: string): string {
  return path.replaceAll("\\", "/").replace(/^\/+/, "").toLowerCase();
}
