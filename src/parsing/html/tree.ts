import { Parser, type ParserOptions } from "htmlparser2";

/** An element of a page, or of other XML; text is strings between elements. */
export interface HtmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string | undefined>>;
  readonly children: HtmlNode[];
  /** Whether blocks lie anywhere within. */
  holdsBlocks: boolean;
  /** How much text lies within, once it is weighed. */
  letters: number;
  /** How many of the letters are in links. */
  linked: number;
  /** How many of the others are in sentences; those of labels count for less. */
  prose: number;
}

export type HtmlNode = HtmlElement | string;

/** A page as a tree, with the title that its head gives, and what it says of the page. */
export interface HtmlTree {
  readonly root: HtmlElement;
  readonly title: string;
  readonly description: string;
}

/** Deeper elements become line breaks between their texts: who walks the tree recurses. */
const DEPTH_MAX = 400;

const BLOCKS = new Set(
  (
    "address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption " +
    "figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main menu nav ol p pre search section " +
    "summary table tbody td tfoot th thead tr ul"
  ).split(" "),
);
const NEVER_TEXT = new Set(
  (
    "script style svg iframe object embed canvas video audio map select input textarea datalist option optgroup " +
    "progress meter link meta noframes"
  ).split(" "),
);
/** Of every element without any: most of a long page have none. */
export const NO_ATTRIBUTES: HtmlElement["attributes"] = {};

export function isBlock({ name }: HtmlElement): boolean {
  return BLOCKS.has(name);
}

/**
 * The tree of a page, whatever it is like: no text is malformed HTML. What is no text for people is not in it.
 * @param xhtml that elements may close themselves, as in `<script src="a.js"/>`
 */
export function parseHtml(html: string, xhtml: boolean = html.startsWith("<?xml")): HtmlTree {
  const builder = new TreeBuilder(isSilentHtml);
  new ShallowParser(builder, { recognizeSelfClosing: xhtml, recognizeCDATA: xhtml }).end(
    withoutFrames(html),
  );
  const { root, title, description } = builder;
  return { root, title, description };
}

/** A page that is nothing but frames says the rest to programs that show none, as this one. */
function withoutFrames(html: string): string {
  return /<frameset[\s>]/i.test(html) ? html.replace(/<\/?noframes[^>]{0,100}>/gi, "") : html;
}

/**
 * The outermost element of an XML text, in a third of the memory that a tree of `parseXml` takes; undefined if there
 * is none. A document type is not read, so that entities are neither expanded nor fetched.
 */
export function parseXmlTree(xml: string): HtmlElement | undefined {
  const builder = new TreeBuilder(() => false);
  new ShallowParser(builder, { xmlMode: true }).end(xml);
  return builder.root.children.find((child) => typeof child !== "string");
}

/** Counts what lies too deep instead of keeping it: the parser's own stack would cost the square of the depth. */
class ShallowParser extends Parser {
  private tooDeep = 0;

  constructor(
    private readonly builder: TreeBuilder,
    options: ParserOptions,
  ) {
    super(builder, options);
  }

  override onopentagname(start: number, end: number): void {
    if (this.builder.depth < DEPTH_MAX) return super.onopentagname(start, end);
    this.tooDeep++;
    this.builder.ontext("\n");
  }

  override onclosetag(start: number, end: number): void {
    if (this.tooDeep === 0) return super.onclosetag(start, end);
    this.tooDeep--;
    this.builder.ontext("\n");
  }
}

class TreeBuilder {
  readonly root = elementOf("html", NO_ATTRIBUTES);
  title = "";
  description = "";
  private readonly open: HtmlElement[] = [this.root];
  /** How many of the open elements lie in one that holds no text for people, itself among them. */
  private silent = 0;

  constructor(private readonly isSilent: typeof isSilentHtml) {}

  get depth(): number {
    return this.open.length + this.silent;
  }

  onopentag(name: string, attributes: Record<string, string>): void {
    if (
      name === "meta" &&
      /^(?:og:)?description$/i.test(attributes["name"] ?? attributes["property"] ?? "")
    )
      this.description ||= attributes["content"] ?? "";
    if (this.silent > 0 || this.isSilent(name, attributes)) {
      this.silent++;
      return;
    }
    const element = elementOf(name, attributes);
    this.open.at(-1)?.children.push(element);
    this.open.push(element);
  }

  ontext(text: string): void {
    if (this.silent === 0) this.open.at(-1)?.children.push(text);
  }

  onclosetag(): void {
    if (this.silent > 0) {
      this.silent--;
      return;
    }
    const element = this.open.pop();
    const parent = this.open.at(-1);
    if (!element || !parent) return;
    if (element.name === "title") this.title ||= textBelow(element);
    if (element.holdsBlocks || isBlock(element)) parent.holdsBlocks = true;
  }
}

/** The text that lies right in an element. */
export function textBelow({ children }: HtmlElement): string {
  return children.filter((child) => typeof child === "string").join("");
}

/** Whether an element of HTML holds no text for people. */
export function isSilentHtml(name: string, attributes: HtmlElement["attributes"]): boolean {
  // Such a template is what the element that it lies in shows.
  if (name === "template") return attributes["shadowrootmode"] === undefined;
  return NEVER_TEXT.has(name);
}

function elementOf(name: string, attributes: HtmlElement["attributes"]): HtmlElement {
  const isBare = Object.keys(attributes).length === 0;
  return {
    name,
    attributes: isBare ? NO_ATTRIBUTES : attributes,
    children: [],
    holdsBlocks: false,
    letters: 0,
    linked: 0,
    prose: 0,
  };
}
