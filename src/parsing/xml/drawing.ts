import { elementsOf, type HtmlElement } from "../html/element.ts";
import { lineOf } from "../markdown.ts";
import { Pieces } from "../pieces.ts";
import { localNameOf, textWithin } from "./elements.ts";

/** What is written in a drawing (SVG), and what its author says of it: a line each. */
export function textOfDrawing(root: HtmlElement): string {
  const lines = new Pieces("\n");
  addLines(root, lines);
  return lines.text();
}

function addLines(element: HtmlElement, lines: Pieces): void {
  for (const child of elementsOf(element)) {
    const name = localNameOf(child);
    if (/^(?:title|desc|text)$/.test(name)) {
      const line = lineOf(textWithin(child));
      if (line) lines.add(line);
    } else if (!/^(?:script|style|metadata)$/.test(name)) addLines(child, lines);
  }
}
