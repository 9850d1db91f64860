import { lineOf } from "../markdown.ts";
import { elementsOf, type HtmlElement, type HtmlNode, textBelow } from "./element.ts";

/**
 * A formula of MathML in a line: as its author wrote it in TeX if it comes with that, else with its fractions, powers
 * and indices told apart.
 */
export function mathOf(formula: HtmlElement): string {
  const tex = annotationOf(formula);
  return tex === undefined ? lineOf(joined(formula.children)) : `$${lineOf(tex)}$`;
}

function annotationOf(element: HtmlElement): string | undefined {
  for (const child of elementsOf(element)) {
    if (child.name === "annotation" && /tex/i.test(child.attributes["encoding"] ?? ""))
      return textBelow(child);
    const within = annotationOf(child);
    if (within !== undefined) return within;
  }
  return undefined;
}

function joined(nodes: Iterable<HtmlNode>): string {
  return Array.from(nodes, (node) => (typeof node === "string" ? node : partOf(node))).join("");
}

function partOf(element: HtmlElement): string {
  const { name, children } = element;
  const parts = Array.from(elementsOf(element), (child) => lineOf(partOf(child)));
  const [base = "", first = "", second = ""] = parts;
  switch (name.slice(name.indexOf(":") + 1)) {
    case "mfrac":
      return `${grouped(base)}/${grouped(first)}`;
    case "msup":
    case "mover":
      return `${base}^${grouped(first)}`;
    case "msub":
    case "munder":
      return `${base}_${grouped(first)}`;
    case "msubsup":
    case "munderover":
      return `${base}_${grouped(first)}^${grouped(second)}`;
    case "msqrt":
      return `√(${parts.join("")})`;
    case "mroot":
      return `${grouped(base)}^(1/${first})`;
    case "mfenced":
      return `(${parts.join(", ")})`;
    case "mtr":
      return parts.join(" ");
    case "mtable":
      return parts.join("; ");
    case "annotation":
    case "annotation-xml":
      return "";
    default:
      return joined(children);
  }
}

/** More than a name or a number is held together. */
function grouped(text: string): string {
  return /^[\p{L}\p{M}\p{N}.]*$|^\P{L}$/u.test(text) ? text : `(${text})`;
}
