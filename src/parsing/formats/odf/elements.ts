import { lineOf, pictureOf } from "../../markdown.ts";
import { attributeOf, childOf, descendantsOf, type Element, textOf } from "../../markup.ts";

/** What is no text of the document, though there may be text in it. */
export const SILENT = new Set([
  "tracked-changes",
  "forms",
  "scripts",
  "script",
  "event-listeners",
  "sequence-decls",
  "variable-decls",
  "user-field-decls",
  "dde-connection-decls",
  "ruby-text",
  "page-thumbnail",
  "notes",
  "settings",
  "binary-data",
  "enhanced-geometry",
  "hidden-paragraph",
  "automatic-styles",
  "styles",
  "master-styles",
]);

/** Drawings: their texts stand in paragraphs of their own. */
export const SHAPES = new Set(
  "caption circle connector control custom-shape ellipse g line measure path polygon polyline rect regular-polygon".split(
    " ",
  ),
);

/** A number that an attribute says; else what is usual. Repetitions go to a milliard, so that callers bound them. */
export function numberOf(element: Element, name: string, usual: number): number {
  const value = Number.parseInt(attributeOf(element, name) ?? "", 10);
  return Number.isSafeInteger(value) && value >= 0 ? value : usual;
}

/** What a picture shows, as its writer put it into words. */
export function descriptionOf(element: Element): string {
  const described = childOf(element, "desc") ?? childOf(element, "title");
  return described ? pictureOf(textOf(described)) : "";
}

/** A formula as it was typed; else its letters one after the other. */
export function formulaOf(math: Element): string {
  const [typed] = descendantsOf(math, "annotation");
  return lineOf(textOf(typed ?? math));
}
