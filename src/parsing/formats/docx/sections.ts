import type { Element } from "domhandler";
import { attributeOf, childOf, childrenOf, nameOf, parseXml } from "../../markup.ts";
import { isOn, shownChildren, valueOf } from "../ooxml/package.ts";

/** How a section begins if it says nothing else: "nextPage". */
const ON_THE_SAME_PAGE = new Set(["continuous", "nextColumn"]);

/** Sections beyond these all begin as the last one does. */
const SECTIONS_MAX = 10_000;

/** The properties of all sections, in order: each says how it begins where it ends. @param text the document's XML */
export function sectionsOf(text: string, what: string): Element[] {
  const sections: Element[] = [];
  const opening = /<(?:\w+:)?sectPr\b[^<>]*>/g;
  for (let found = opening.exec(text); found; found = opening.exec(text)) {
    const isEmpty = found[0].endsWith("/>");
    const end = isEmpty ? opening.lastIndex : text.indexOf("sectPr>", opening.lastIndex) + 7;
    if (end < opening.lastIndex || sections.length >= SECTIONS_MAX) break;
    sections.push(...childrenOf(parseXml(text.slice(found.index, end), what)));
    opening.lastIndex = end;
  }
  return sections;
}

/** The properties of the sections that end within a block. */
export function sectionsIn(block: Element): Element[] {
  switch (nameOf(block)) {
    case "sectpr":
      return [block];
    case "p":
      return childrenOf(childOf(block, "ppr"), "sectpr").slice(0, 1);
    case "tbl":
      return [];
    default:
      return shownChildren(block).flatMap(sectionsIn);
  }
}

/** Whether a section begins on a page of its own. */
export function beginsPage(section: Element): boolean {
  return !ON_THE_SAME_PAGE.has(valueOf(section, "type") ?? "");
}

/** The ids of the relations to a section's running heads that are shown. @param place "header" or "footer" */
export function headsOf(section: Element, place: "header" | "footer"): string[] {
  const hasTitlePage = isOn(childOf(section, "titlepg"));
  return childrenOf(section, `${place}reference`)
    .filter((head) => hasTitlePage || attributeOf(head, "type") !== "first")
    .map((head) => attributeOf(head, "id") ?? "");
}
