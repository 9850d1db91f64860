import type { HtmlElement } from "../html/tree.ts";
import { lineOf } from "../markdown.ts";
import { elementsOf, localNameOf, textWithin } from "./elements.ts";

/** What is written in a drawing (SVG), and what its author says of it: a line each. */
export function textOfDrawing(root: HtmlElement): string {
  return linesIn(root).join("\n");
}

function linesIn(element: HtmlElement): string[] {
  return elementsOf(element).flatMap((child) => {
    const name = localNameOf(child);
    if (/^(?:title|desc|text)$/.test(name)) return [lineOf(textWithin(child))].filter(Boolean);
    return /^(?:script|style|metadata)$/.test(name) ? [] : linesIn(child);
  });
}
