import type { Attributes } from "../tree/packed-tree.ts";

/** An element of a page, or of other XML. */
export interface HtmlElement {
  readonly name: string;
  readonly attributes: Attributes;
  /** Made anew each time that they are walked through: a large document is never there as objects. */
  readonly children: Iterable<HtmlNode>;
  /** Whether blocks lie anywhere within. */
  readonly holdsBlocks: boolean;
  /** Tells it from all others of its tree: an element is another object each time that it is come upon. */
  readonly at: number;
  /** How much text lies within, once it is weighed. */
  readonly letters: number;
  /** How many of the letters are in links. */
  readonly linked: number;
  /** How many of the others are in sentences; those of labels count for less. */
  readonly prose: number;
}

/** Text is strings between elements. */
export type HtmlNode = HtmlElement | string;

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
export function isBlock({ name }: Pick<HtmlElement, "name">): boolean {
  return BLOCKS.has(name);
}

/** Whether an element of HTML holds no text for people. */
export function isSilentHtml(element: Pick<HtmlElement, "name" | "attributes">): boolean {
  // Such a template is what the element that it lies in shows.
  if (element.name === "template") return element.attributes["shadowrootmode"] === undefined;
  return NEVER_TEXT.has(element.name);
}

/** The same element by another name, with other nodes below it if they are given. */
export function renamed(
  { attributes, holdsBlocks, at, letters, linked, prose, children }: HtmlElement,
  name: string,
  below: Iterable<HtmlNode> = children,
): HtmlElement {
  return { name, attributes, children: below, holdsBlocks, at, letters, linked, prose };
}

/** The elements right below. */
export function* elementsOf({ children }: HtmlElement): Generator<HtmlElement, undefined> {
  for (const child of children) if (typeof child !== "string") yield child;
}

/** The text that lies right in an element. */
export function textBelow({ children }: HtmlElement): string {
  return Array.from(children)
    .filter((child) => typeof child === "string")
    .join("");
}
