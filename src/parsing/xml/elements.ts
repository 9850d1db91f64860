import type { HtmlElement } from "../html/element.ts";
import { Pieces } from "../pieces.ts";

/** An element's name without its prefix. */
export function localNameOf({ name }: Pick<HtmlElement, "name">): string {
  return name.slice(name.indexOf(":") + 1);
}

/** All text within. */
export function textWithin(element: HtmlElement): string {
  const text = new Pieces();
  addText(element, text);
  return text.text();
}

function addText({ children }: HtmlElement, text: Pieces): void {
  for (const child of children)
    if (typeof child === "string") text.add(child);
    else addText(child, text);
}

/** Whether text stands right in it. */
export function holdsText({ children }: HtmlElement): boolean {
  return Iterator.from(children).some((child) => typeof child === "string" && child.trim() !== "");
}
