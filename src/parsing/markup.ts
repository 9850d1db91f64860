import { unreadable } from "./limits.ts";
import { PackedElement, type PackedTree } from "./tree/packed-tree.ts";
import { PlacingParser } from "./tree/placing-parser.ts";
import { TreeBuilder } from "./tree/tree-builder.ts";

/** An element of XML, or what holds the outermost one. */
export type Element = PackedElement;

/** Elements within elements: no document that people write needs more, and who walks a tree recurses. */
const DEPTH_MAX = 500;
/** Characters of a text between two looks at what else there is to do. */
const CHUNK_CHARS = 128 * 1024;
const XML = { xmlMode: true };

/**
 * What holds the outermost element of an XML text. A document type is not read, so that entities are neither expanded
 * nor fetched.
 * @param what how a sentence names the file: "Word document"
 * @throws PermanentError `parse_failed` if its elements lie too deep
 */
export function parseXml(text: string, what: string): Element {
  const tree = new ShallowTree(text, what);
  new PlacingParser(tree, XML).end(text);
  return tree.finished();
}

/**
 * As `parseXml`, of a long text; others can work meanwhile.
 * @param onRead told the share of it that has been read, from 0 to 1
 */
export async function parseLongXml(
  text: string,
  what: string,
  onRead: (share: number) => void,
): Promise<Element> {
  const tree = new ShallowTree(text, what);
  const parser = new PlacingParser(tree, XML);
  for (let at = 0; at < text.length; at += CHUNK_CHARS) {
    onRead(at / text.length);
    await Bun.sleep(0);
    parser.write(text.slice(at, at + CHUNK_CHARS));
  }
  parser.end();
  return tree.finished();
}

/** Gives up as soon as it is too deep: the parser's time grows with the depth. */
class ShallowTree extends TreeBuilder {
  constructor(
    text: string,
    private readonly what: string,
  ) {
    super(text, "");
  }

  override takesElement(): boolean {
    if (this.open.length <= DEPTH_MAX) return true;
    throw unreadable(`The ${this.what} is nested too deeply to be read.`);
  }
}

/** An element's name without its prefix, in lower case: whoever wrote the file chose the prefix. */
export function nameOf({ tree, at }: Element): string {
  return tree.localNameAt(at);
}

/** How much of its document has been read when an element has, from 0 to 1. */
export function shareUpTo({ tree, at }: Element): number {
  return tree.endOf(at) / tree.size;
}

// What was looked for in vain has no attributes and nothing below, so that a path of names is one expression.

/** An attribute by its name without prefix. */
export function attributeOf(element: Element | undefined, name: string): string | undefined {
  return element?.tree.attributeAt(element.at, name);
}

/** The elements right below, of one name if it is given. */
export function childrenOf(parent: Element | undefined, name?: string): Element[] {
  const children: Element[] = [];
  if (!parent) return children;
  const { tree, at } = parent;
  const end = tree.endOf(at);
  for (let next = elementFrom(tree, at + 1, end, name); next < end;) {
    children.push(new PackedElement(tree, next));
    next = elementFrom(tree, tree.endOf(next), end, name);
  }
  return children;
}

/** The first element right below that bears the name. */
export function childOf(parent: Element | undefined, name: string): Element | undefined {
  if (!parent) return undefined;
  const { tree, at } = parent;
  const end = tree.endOf(at);
  const first = elementFrom(tree, at + 1, end, name);
  return first < end ? new PackedElement(tree, first) : undefined;
}

/** The place of the next element of a name among nodes side by side; `end` if there is none. */
function elementFrom(tree: PackedTree, start: number, end: number, name?: string): number {
  let at = start;
  while (at < end) {
    if (!tree.isElement(at)) at++;
    else if (name === undefined || tree.localNameAt(at) === name) return at;
    else at = tree.endOf(at);
  }
  return end;
}

/** The element that a path of names leads to. */
export function elementAt(
  from: Element | undefined,
  first: string,
  ...others: readonly string[]
): Element | undefined {
  return others.reduce(childOf, childOf(from, first));
}

/** All elements of a name anywhere below, in reading order. */
export function* descendantsOf({ tree, at }: Element, name: string): Generator<Element> {
  const end = tree.endOf(at);
  for (let next = at + 1; next < end; next++)
    if (tree.isElement(next) && tree.localNameAt(next) === name)
      yield new PackedElement(tree, next);
}

/** What stands right in an element: elements, and whole texts between them. */
export function* contentOf(parent: Element): Generator<Element | string> {
  let text = "";
  for (const node of parent.children) {
    if (typeof node === "string") text += node;
    else {
      if (text) yield text;
      text = "";
      yield node;
    }
  }
  if (text) yield text;
}

/** All text below, as it stands. */
export function textOf({ tree, at }: Element): string {
  return tree.textWithin(at);
}
