import { Parser, type ParserOptions } from "htmlparser2";
import {
  elementsOf,
  type HtmlElement,
  isBlock,
  isSilentHtml,
  NO_ATTRIBUTES,
  textBelow,
} from "./element.ts";
import { type PackedElement, PackedTree, type ReadAttribute } from "./packed-tree.ts";

/** A page as a tree, with the title that its head gives, and what it says of the page. */
export interface HtmlTree {
  readonly root: PackedElement;
  readonly title: string;
  readonly description: string;
}

/** Deeper elements become line breaks between their texts: who walks the tree recurses. */
const DEPTH_MAX = 400;
const LINE_FEED = 10;

/**
 * The tree of a page, whatever it is like: no text is malformed HTML. What is no text for people is not in it.
 * @param xhtml that elements may close themselves, as in `<script src="a.js"/>`
 */
export function parseHtml(html: string, xhtml: boolean = html.startsWith("<?xml")): HtmlTree {
  const source = withoutFrames(html);
  const builder = new TreeBuilder(source, isSilentHtml, isBlock);
  return parsed(builder, { recognizeSelfClosing: xhtml, recognizeCDATA: xhtml });
}

/** A page that is nothing but frames says the rest to programs that show none, as this one. */
function withoutFrames(html: string): string {
  return /<frameset[\s>]/i.test(html) ? html.replace(/<\/?noframes[^>]{0,100}>/gi, "") : html;
}

/**
 * The outermost element of an XML text; undefined if there is none. A document type is not read, so that entities are
 * neither expanded nor fetched.
 * @param isBlockHere what is to be known of blocks: HTML's own, if nothing is said
 */
export function parseXmlTree(
  xml: string,
  isBlockHere: typeof isBlock = isBlock,
): HtmlElement | undefined {
  const builder = new TreeBuilder(xml, () => false, isBlockHere);
  const { root } = parsed(builder, { xmlMode: true });
  return elementsOf(root).next().value;
}

function parsed(builder: TreeBuilder, options: ParserOptions): HtmlTree {
  new PlacingParser(builder, options).end(builder.tree.source);
  return builder.finished();
}

/**
 * Tells where texts and values stand instead of what they are. What lies too deep is counted instead of kept: the
 * parser's own stack would cost the square of the depth.
 */
class PlacingParser extends Parser {
  private tooDeep = 0;
  private readonly keepsCdata: boolean;

  constructor(
    private readonly builder: TreeBuilder,
    private readonly given: ParserOptions,
  ) {
    super(builder, given);
    this.keepsCdata = (given.xmlMode || given.recognizeCDATA) ?? false;
  }

  override onopentagname(start: number, end: number): void {
    this.builder.attributes = [];
    if (this.builder.depth < DEPTH_MAX) return super.onopentagname(start, end);
    this.tooDeep++;
    this.builder.breakLine();
  }

  override onclosetag(start: number, end: number): void {
    if (this.tooDeep === 0) return super.onclosetag(start, end);
    this.tooDeep--;
    this.builder.breakLine();
  }

  override ontext(start: number, end: number): void {
    this.builder.addText(start, end);
  }

  override ontextentity(codePoint: number): void {
    this.builder.addCharacter(codePoint);
  }

  override oncdata(start: number, end: number, offset: number): void {
    if (this.keepsCdata || this.isInForeignContext()) this.builder.addText(start, end - offset);
  }

  override onattribname(start: number, end: number): void {
    const name = this.builder.tree.source.slice(start, end);
    const known = this.given.xmlMode ? name : name.toLowerCase();
    this.builder.attributes.push({ name: known, start: 0, end: 0 });
  }

  override onattribdata(start: number, end: number): void {
    const attribute = this.builder.attributes.at(-1);
    if (!attribute) return;
    if (attribute.end > 0 || attribute.text !== undefined)
      attribute.text = this.builder.valueOf(attribute) + this.builder.tree.source.slice(start, end);
    else Object.assign(attribute, { start, end });
  }

  override onattribentity(codePoint: number): void {
    const attribute = this.builder.attributes.at(-1);
    if (attribute)
      attribute.text = this.builder.valueOf(attribute) + String.fromCodePoint(codePoint);
  }

  override onattribend(): void {
    // It has been told already.
  }
}

class TreeBuilder {
  readonly tree: PackedTree;
  /** Of the tag that is being read. */
  attributes: ReadAttribute[] = [];
  private readonly root: PackedElement;
  private readonly open: PackedElement[];
  private title = "";
  private description = "";
  /** How many of the open elements lie in one that holds no text for people, itself among them. */
  private silent = 0;

  constructor(
    source: string,
    private readonly isSilent: typeof isSilentHtml,
    private readonly isBlockHere: typeof isBlock,
  ) {
    this.tree = new PackedTree(source);
    this.root = this.tree.open("html", []);
    this.open = [this.root];
  }

  get depth(): number {
    return this.open.length + this.silent;
  }

  finished(): HtmlTree {
    for (const element of this.open) this.tree.end(element);
    const { root, title, description } = this;
    return { root, title, description };
  }

  valueOf({ start, end, text }: ReadAttribute): string {
    return text ?? this.tree.source.slice(start, end);
  }

  onopentag(name: string): void {
    if (name === "meta") this.readMeta(this.read());
    if (this.silent > 0 || this.isSilent({ name, attributes: this.readFor(name) })) this.silent++;
    else this.open.push(this.tree.open(name, this.attributes));
    this.attributes = [];
  }

  addText(start: number, end: number): void {
    if (this.silent === 0) this.tree.addText(start, end);
  }

  addCharacter(codePoint: number): void {
    if (this.silent === 0) this.tree.addCharacter(codePoint);
  }

  breakLine(): void {
    this.addCharacter(LINE_FEED);
  }

  onclosetag(): void {
    if (this.silent > 0) {
      this.silent--;
      return;
    }
    const element = this.open.length > 1 ? this.open.pop() : undefined;
    const parent = this.open.at(-1);
    if (!element || !parent) return;
    this.tree.end(element);
    if (element.name === "title") this.title ||= textBelow(element);
    if (element.holdsBlocks || this.isBlockHere(element)) this.tree.setHoldsBlocks(parent);
  }

  /** Of one element alone do its attributes tell whether it is silent. */
  private readFor(name: string): HtmlElement["attributes"] {
    return name === "template" ? this.read() : NO_ATTRIBUTES;
  }

  private read(): HtmlElement["attributes"] {
    // Of two by one name the first holds.
    const entries = this.attributes.map((each) => [each.name, this.valueOf(each)] as const);
    return Object.fromEntries(entries.toReversed());
  }

  private readMeta({ name, property = "", content = "" }: HtmlElement["attributes"]): void {
    if (/^(?:og:)?description$/i.test(name ?? property)) this.description ||= content;
  }
}
