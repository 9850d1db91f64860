import { markdownOfElement } from "../html/markdown-of-html.ts";
import { elementsOf, type HtmlElement, type HtmlNode, isBlock, renamed } from "../html/element.ts";
import { holdsText, localNameOf, textWithin } from "./elements.ts";

/** The outermost elements of DocBook, JATS, TEI, FictionBook and DITA. */
const ROOT =
  /^(?:article|book|chapter|section|sect1|part|appendix|preface|refentry|TEI|TEI\.2|FictionBook|topic|concept|task)$/;
const PROSE = /^(?:para|simpara|p)$/;
const SECTION =
  /^(?:chapter|appendix|preface|part|section|sec|sect\d|simplesect|refsect\d|refsection|div\d?|topic|concept|task|ref-list|ack|app|bibliography|glossary)$/;
/** What tells programs of the text, or is no text. */
const SILENT =
  /^(?:binary|stylesheet|genre|indexterm|journal-meta|article-id|article-categories|permissions|self-uri|counts|encodingDesc|revisionDesc|publicationStmt|revhistory|document-info|graphic|inline-graphic|imagedata)$/;

/** What is a block wherever it lies, as a list or a title of some kind. */
const BLOCKS = /^(?:title|head|article-title|list|listitem)$/;

/** Elements by what HTML calls the same. */
const NAMES = new Map(
  Object.entries({
    p: "para simpara p formalpara v l abstract-p",
    ul: "itemizedlist simplelist",
    ol: "orderedlist procedure steps",
    li: "listitem list-item member item step",
    dl: "variablelist deflist def-list",
    dt: "term",
    pre: "programlisting screen literallayout synopsis preformat eg codeblock",
    code: "literal command filename function option monospace codeph",
    b: "strong bold",
    em: "emphasis italic hi",
    blockquote: "blockquote disp-quote epigraph cite",
    div: "informaltable",
    table: "tgroup",
    tr: "row",
    td: "entry",
    section: "abstract author contrib title-group note tip warning important caution",
  }).flatMap(([html, names]) => names.split(" ").map((name) => [name, html] as const)),
);

/** A text for people, in one of the kinds of XML that books and articles are written in. */
export function isDocument(root: HtmlElement): boolean {
  return ROOT.test(localNameOf(root)) && holdsProse(root);
}

function holdsProse(element: HtmlElement): boolean {
  return elementsOf(element).some((child) => PROSE.test(localNameOf(child)) || holdsProse(child));
}

/** As Markdown: the titles of its parts as headings, its paragraphs, lists, tables and code. */
export function textOfDocument(root: HtmlElement): string {
  return markdownOfElement(htmlOf(root, root, SECTION.test(localNameOf(root)) ? -1 : 0));
}

/** Whether an element is a block by what HTML calls the same. */
export function isBlockOfXml(element: Pick<HtmlElement, "name">): boolean {
  const name = localNameOf(element);
  return BLOCKS.test(name) || isBlock({ name: NAMES.get(name) ?? name });
}

/** @param level how many parts with titles it lies in */
function htmlOf(element: HtmlElement, parent: HtmlElement, level: number): HtmlElement {
  const name = localNameOf(element);
  const html = htmlName(element, name, parent, level);
  if (/^h\d$/.test(html))
    return { ...renamed(element, html, [textWithin(element)]), holdsBlocks: false };
  const inner = SECTION.test(name) ? level + 1 : level;
  return renamed(element, html, { [Symbol.iterator]: () => htmlWithin(element, inner) });
}

function* htmlWithin(element: HtmlElement, level: number): Generator<HtmlNode, undefined> {
  // Between the parts of a name or of a date nothing may stand, and in a sentence all does.
  const isApart = !holdsText(element);
  for (const child of element.children) {
    if (typeof child === "string") yield child;
    else if (!SILENT.test(localNameOf(child))) {
      yield htmlOf(child, element, level);
      if (isApart) yield " ";
    }
  }
}

function htmlName(element: HtmlElement, name: string, parent: HtmlElement, level: number): string {
  if (/^(?:title|head|article-title)$/.test(name)) return titleName(localNameOf(parent), level);
  if (name === "list") return /^(?:order|number|ol)/.test(listType(element)) ? "ol" : "ul";
  if (name === "listitem" && localNameOf(parent) === "varlistentry") return "dd";
  const holdsGroup = elementsOf(element).some((child) => localNameOf(child) === "tgroup");
  return name === "table" && holdsGroup ? "div" : (NAMES.get(name) ?? name);
}

function listType({ attributes }: HtmlElement): string {
  return attributes["list-type"] ?? attributes["type"] ?? attributes["rend"] ?? "";
}

/** Titles of figures and of tables are no headings. */
function titleName(parent: string, level: number): string {
  if (SECTION.test(parent) || ROOT.test(parent)) return `h${Math.min(level + 1, 6)}`;
  return /info$|^(?:title-group|titleStmt|body)$/.test(parent) ? "h1" : "p";
}
