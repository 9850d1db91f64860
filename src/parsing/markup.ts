import { DomHandler, type Document, type Element, isTag, isText, type ChildNode } from "domhandler";
import { Parser } from "htmlparser2";
import { unreadable } from "./limits.ts";

/** Elements within elements: no document that people write needs more, and who walks a tree recurses. */
const DEPTH_MAX = 500;

/**
 * The tree of an XML text. A document type is not read, so that entities are neither expanded nor fetched.
 * @param what how a sentence names the file: "Word document"
 * @throws PermanentError `parse_failed` if its elements lie too deep
 */
export function parseXml(text: string, what: string): Document {
  const tree = new ShallowTree(what);
  new Parser(tree, { xmlMode: true }).end(text);
  return tree.root;
}

/** Builds a tree, and gives up as soon as it is too deep: the parser's time grows with the depth. */
class ShallowTree extends DomHandler {
  constructor(private readonly what: string) {
    super(undefined, { xmlMode: true });
  }

  override onopentag(name: string, attributes: Record<string, string>): void {
    if (this.tagStack.length > DEPTH_MAX)
      throw unreadable(`The ${this.what} is nested too deeply to be read.`);
    super.onopentag(name, attributes);
  }
}

/** An element's name without its prefix, in lower case: whoever wrote the file chose the prefix. */
export function nameOf({ name }: Element): string {
  const known = LOCAL_NAMES.get(name);
  if (known !== undefined) return known;
  const local = name.slice(name.indexOf(":") + 1).toLowerCase();
  if (LOCAL_NAMES.size < LOCAL_NAMES_MAX) LOCAL_NAMES.set(name, local);
  return local;
}

/** A large document asks a million times for some fifty names. */
const LOCAL_NAMES = new Map<string, string>();
const LOCAL_NAMES_MAX = 2_000;

/** An attribute by its name without prefix. */
export function attributeOf({ attribs }: Element, name: string): string | undefined {
  if (attribs[name] !== undefined) return attribs[name];
  const suffix = `:${name}`;
  for (const key in attribs) if (key.endsWith(suffix)) return attribs[key];
  return undefined;
}

/** The elements right below, of one name if it is given. */
export function childrenOf(
  { children }: { readonly children: readonly ChildNode[] },
  name?: string,
): Element[] {
  return children.filter(isTag).filter((child) => name === undefined || nameOf(child) === name);
}

/** The first element right below that bears the name. */
export function childOf(
  parent: { readonly children: readonly ChildNode[] },
  name: string,
): Element | undefined {
  for (const child of parent.children) if (isTag(child) && nameOf(child) === name) return child;
  return undefined;
}

/** All elements of a name anywhere below, in reading order. */
export function* descendantsOf(
  parent: { readonly children: readonly ChildNode[] },
  name: string,
): Generator<Element> {
  for (const child of childrenOf(parent)) {
    if (nameOf(child) === name) yield child;
    yield* descendantsOf(child, name);
  }
}

/** All text below, as it stands. */
export function textOf(parent: { readonly children: readonly ChildNode[] }): string {
  return parent.children
    .map((child) => (isText(child) ? child.data : "children" in child ? textOf(child) : ""))
    .join("");
}
