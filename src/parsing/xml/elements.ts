import type { HtmlElement } from "../html/tree.ts";

/** The elements right below. */
export function elementsOf({ children }: HtmlElement): HtmlElement[] {
  return children.filter((child) => typeof child !== "string");
}

/** An element's name without its prefix. */
export function localNameOf({ name }: HtmlElement): string {
  return name.slice(name.indexOf(":") + 1);
}

/** All text within. */
export function textWithin({ children }: HtmlElement): string {
  return children.map((child) => (typeof child === "string" ? child : textWithin(child))).join("");
}
