import {
  DomHandler,
  type Document,
  Element,
  isTag,
  isText,
  type ChildNode,
  type ParentNode,
} from "domhandler";
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
  /** @param onElement told of each element when it is whole */
  constructor(
    private readonly what: string,
    onElement?: (element: Element) => void,
  ) {
    super(undefined, { xmlMode: true }, onElement);
  }

  override onopentag(name: string, attributes: Record<string, string>): void {
    if (this.tagStack.length > DEPTH_MAX)
      throw unreadable(`The ${this.what} is nested too deeply to be read.`);
    super.onopentag(name, attributes);
  }
}

/** Characters of a text between two looks at what else there is to do. */
const CHUNK_CHARS = 128 * 1024;

/** So many rows of a table are one part of it. */
const PART_ROWS = 500;
/** Tells a part of a table that is not its last one. */
const PARTS = new WeakSet<Element>();

/** Whether more of the table follows as the next element. */
export function isPartOfTable(element: Element): boolean {
  return PARTS.has(element);
}

interface ReadElements {
  readonly elements: readonly Element[];
  readonly document: Document;
  readonly readChars: number;
}

/**
 * The elements right below that of a name which itself lies right below `root`, in parts as they are read, so that
 * the tree of a large document is never there as a whole: a long table (`tbl`) comes as several.
 * @param what how a sentence names the file: "Word document"
 * @returns also how many characters have been read, and all else that has been, at its place
 * @throws PermanentError `parse_failed` if its elements lie too deep
 */
export function* elementsWithin(
  text: string,
  root: string,
  name: string,
  what: string,
): Generator<ReadElements, undefined> {
  let elements: Element[] = [];
  const isAt = (element: ParentNode | null, expected: string): element is Element =>
    element !== null && isTag(element) && nameOf(element) === expected;
  const isBody = (parent: ParentNode | null) => isAt(parent, name) && isAt(parent.parent, root);
  const tree = new ShallowTree(what, (element) => {
    const { parent } = element;
    if (!parent) return;
    if (isBody(parent)) elements.push(element);
    else if (isLongTable(parent) && isBody(parent.parent)) elements.push(partOf(parent));
    else return;
    parent.children = [];
  });
  const parser = new Parser(tree, { xmlMode: true });
  for (let readChars = 0; readChars < text.length;) {
    parser.write(text.slice(readChars, readChars + CHUNK_CHARS));
    readChars += CHUNK_CHARS;
    if (readChars >= text.length) parser.end();
    yield { elements, document: tree.root, readChars: Math.min(readChars, text.length) };
    elements = [];
  }
}

function isLongTable(element: ParentNode): element is Element {
  return isTag(element) && nameOf(element) === "tbl" && element.children.length >= PART_ROWS;
}

function partOf(table: Element): Element {
  const part = new Element(table.name, {}, table.children);
  PARTS.add(part);
  return part;
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

/** Anything with elements below. */
export interface Elements {
  readonly children: readonly ChildNode[];
}

// What was looked for in vain has no attributes and nothing below, so that a path of names is one expression.

/** An attribute by its name without prefix. */
export function attributeOf(element: Element | undefined, name: string): string | undefined {
  const attribs = element?.attribs ?? {};
  if (attribs[name] !== undefined) return attribs[name];
  const suffix = `:${name}`;
  for (const key in attribs) if (key.endsWith(suffix)) return attribs[key];
  return undefined;
}

/** The elements right below, of one name if it is given. */
export function childrenOf(parent: Elements | undefined, name?: string): Element[] {
  const elements = parent?.children.filter(isTag) ?? [];
  return elements.filter((child) => name === undefined || nameOf(child) === name);
}

/** The first element right below that bears the name. */
export function childOf(parent: Elements | undefined, name: string): Element | undefined {
  for (const child of parent?.children ?? [])
    if (isTag(child) && nameOf(child) === name) return child;
  return undefined;
}

/** The element that a path of names leads to. */
export function elementAt(
  from: Elements | undefined,
  first: string,
  ...others: readonly string[]
): Element | undefined {
  return others.reduce(childOf, childOf(from, first));
}

/** All elements of a name anywhere below, in reading order. */
export function* descendantsOf(parent: Elements, name: string): Generator<Element> {
  for (const child of childrenOf(parent)) {
    if (nameOf(child) === name) yield child;
    yield* descendantsOf(child, name);
  }
}

/** All text below, as it stands. */
export function textOf(parent: Elements): string {
  return parent.children
    .map((child) => (isText(child) ? child.data : "children" in child ? textOf(child) : ""))
    .join("");
}
