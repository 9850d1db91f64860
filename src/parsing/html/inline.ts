import { pictureOf } from "../markdown.ts";
import { Pieces } from "../pieces.ts";
import { mathOf } from "./math.ts";
import { isBlock, type HtmlElement, type HtmlNode } from "./element.ts";

/** Stand for the marks of bold and slanted text until it is known what is around them; no text holds such characters. */
const BOLD = { open: "\x01", close: "\x02" };
const SLANTED = { open: "\x03", close: "\x04" };

/** What is not read, however it is come upon. */
export type LeavesOut = (element: HtmlElement) => boolean;

/**
 * The text of nodes in a line, white space as it comes; a line break is "\n". To be given to `paragraphsOf`, or to
 * be made one line.
 */
export function inlineOf(nodes: Iterable<HtmlNode>, leavesOut: LeavesOut): string {
  const text = new Pieces();
  let last: HtmlNode | undefined;
  for (const node of nodes) {
    if (typeof node === "string") text.add(plainOf(node));
    else if (!leavesOut(node))
      text.add((areLinks(last, node) ? " " : "") + elementOf(node, leavesOut));
    last = node;
  }
  return text.text();
}

/** The paragraphs of a line: two breaks in a row part them. Marks that would cut a word in two are left out. */
export function paragraphsOf(line: string): string[] {
  return (
    line
      // In this order: a pattern with several runs in it would take the square of a run's length.
      .replace(/ {2,}/g, " ")
      .replace(/ ?\n ?/g, "\n")
      .split(/\n{2,}/)
      .map((paragraph) => withMarks(paragraph.trim()))
      .filter(Boolean)
  );
}

/** A line without marks: a heading, a cell of a table's head. */
export function withoutMarks(line: string): string {
  return line.replace(/[\x01-\x04]/g, "");
}

/** The text of nodes with their white space: code. Blocks within are lines. */
export function verbatimOf(nodes: Iterable<HtmlNode>, leavesOut: LeavesOut): string {
  const text = new Pieces();
  for (const node of nodes) {
    if (typeof node === "string") text.add(node);
    else if (node.name === "br") text.add("\n");
    else if (!leavesOut(node) && node.name !== "button") {
      const inner = verbatimOf(node.children, leavesOut);
      text.add(isBlock(node) && !inner.endsWith("\n") ? `${inner}\n` : inner);
    }
  }
  return text.text();
}

/** Whether links follow each other: style sheets set them apart, as a menu, or as tags. */
export function areLinks(...nodes: readonly (HtmlNode | undefined)[]): boolean {
  return nodes.every((node) => typeof node === "object" && node.name === "a");
}

/** Hard and soft white space alike, without what is never seen. */
function plainOf(text: string): string {
  return (
    text
      .replace(/[\x00-\x08\x0e-\x1f\x7f\u00ad\u200b\u2060\ufeff]/g, "")
      // Single spaces are most of it, and match nothing here.
      .replace(/[ \t\r\n\f\v\u00a0]{2,}|[\t\r\n\f\v\u00a0]/g, " ")
  );
}

function elementOf(element: HtmlElement, leavesOut: LeavesOut): string {
  const { name, children, attributes } = element;
  const inner = () => inlineOf(children, leavesOut);
  switch (name) {
    case "br":
      return "\n";
    case "wbr":
    // The reading of a word would cut it in two.
    case "rt":
    case "rp":
    case "button":
      return "";
    case "b":
    case "strong":
      return marked(inner(), BOLD);
    case "i":
    case "em":
      return marked(inner(), SLANTED);
    case "code":
    case "kbd":
    case "samp":
    case "tt":
      return codeOf(verbatimOf(children, leavesOut));
    case "a":
      return linkOf(inner());
    case "img":
      return imageOf(attributes);
    case "math":
      return mathOf(element);
    case "sup":
      return superscriptOf(inner());
    case "q":
      return `“${inner()}”`;
    default:
      return isBlock(element) ? `\n${inner()}\n` : inner();
  }
}

function marked(text: string, { open, close }: typeof BOLD): string {
  const core = text.trim();
  if (!/[\p{L}\p{N}]/u.test(core) || core.includes(open) || core.includes("\n")) return text;
  const start = text.indexOf(core);
  return text.slice(0, start) + open + core + close + text.slice(start + core.length);
}

function withMarks(text: string): string {
  if (!/[\x01-\x04]/.test(text)) return text;
  return withoutMarks(
    text
      .replace(/\x02( ?)\x01/g, "$1")
      .replace(/\x04( ?)\x03/g, "$1")
      .replace(/(?<![\p{L}\p{N}])\x01([^\x01\x02]*)\x02(?![\p{L}\p{N}])/gu, "**$1**")
      .replace(/(?<![\p{L}\p{N}])\x03([^\x03\x04]*)\x04(?![\p{L}\p{N}])/gu, "*$1*"),
  );
}

function codeOf(text: string): string {
  const line = plainOf(text).trim();
  if (!line) return "";
  return line.includes("`") ? line : `\`${line}\``;
}

/** A sign that leads back to a note's mark, or to the very heading that it stands in, is none of the text. */
function linkOf(text: string): string {
  return /^\s*[\^↑↩¶§#]\ufe0e?\s*$/.test(text) ? "" : text;
}

/** What a picture shows, where its author says so in words. */
function imageOf({ alt = "" }: HtmlElement["attributes"]): string {
  const text = plainOf(alt).trim();
  const isName = /^\S+\.(?:png|jpe?g|gif|svg|webp|bmp|tiff?)$/i.test(text);
  if (isName || text.startsWith("data:")) return "";
  // A word, a symbol or a formula stands for itself.
  return /[^ ] [^ ]/.test(text) && !text.includes("\\") ? ` ${pictureOf(text)} ` : text;
}

const PLAIN = "0123456789+-−n";
const SUPERSCRIPT = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻ⁿ";

/** Ten to the power of six is not 106. */
function superscriptOf(text: string): string {
  if (!/^[0-9+\-−n]{1,6}$/.test(text.trim())) return text;
  return text.trim().replace(/./g, (char) => SUPERSCRIPT[PLAIN.indexOf(char)] ?? char);
}
