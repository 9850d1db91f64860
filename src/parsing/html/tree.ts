import type { ParserOptions } from "htmlparser2";
import { type Attributes, NO_ATTRIBUTES, type PackedElement } from "../tree/packed-tree.ts";
import { PlacingParser } from "../tree/placing-parser.ts";
import { TreeBuilder } from "../tree/tree-builder.ts";
import { elementsOf, type HtmlElement, isBlock, isSilentHtml, textBelow } from "./element.ts";

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
  const builder = new HtmlBuilder(source, isSilentHtml, isBlock);
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
  const builder = new HtmlBuilder(xml, () => false, isBlockHere);
  const { root } = parsed(builder, { xmlMode: true });
  return elementsOf(root).next().value;
}

function parsed(builder: HtmlBuilder, options: ParserOptions): HtmlTree {
  new PlacingParser(builder, options).end(builder.tree.source);
  return builder.page();
}

class HtmlBuilder extends TreeBuilder {
  private title = "";
  private description = "";
  /** How many of the open elements lie in one that holds no text for people, itself among them. */
  private silent = 0;

  constructor(
    source: string,
    private readonly isSilent: typeof isSilentHtml,
    private readonly isBlockHere: typeof isBlock,
  ) {
    super(source, "html");
  }

  page(): HtmlTree {
    const { title, description } = this;
    return { root: this.finished(), title, description };
  }

  override takesElement(): boolean {
    return this.open.length + this.silent < DEPTH_MAX;
  }

  override passElement(): void {
    this.addCharacter(LINE_FEED);
  }

  override onopentag(name: string): void {
    if (name === "meta") this.readMeta(this.read());
    if (this.silent > 0 || this.isSilent({ name, attributes: this.readFor(name) })) {
      this.silent++;
      this.attributes = [];
    } else super.onopentag(name);
  }

  override addText(start: number, end: number): void {
    if (this.silent === 0) super.addText(start, end);
  }

  override addCharacter(codePoint: number): void {
    if (this.silent === 0) super.addCharacter(codePoint);
  }

  override onclosetag(): void {
    if (this.silent > 0) {
      this.silent--;
      return;
    }
    const element = this.open.at(-1);
    const parent = this.open.at(-2);
    super.onclosetag();
    if (!parent || !element) return;
    if (element.name === "title") this.title ||= textBelow(element);
    if (element.holdsBlocks || this.isBlockHere(element)) this.tree.setHoldsBlocks(parent);
  }

  /** Of one element alone do its attributes tell whether it is silent. */
  private readFor(name: string): Attributes {
    return name === "template" ? this.read() : NO_ATTRIBUTES;
  }

  private read(): Attributes {
    // Of two by one name the first holds.
    const entries = this.attributes.map((each) => [each.name, this.valueOf(each)] as const);
    return Object.fromEntries(entries.toReversed());
  }

  private readMeta({ name, property = "", content = "" }: Attributes): void {
    if (/^(?:og:)?description$/i.test(name ?? property)) this.description ||= content;
  }
}
