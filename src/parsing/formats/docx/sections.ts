import { attributeOf, childOf, childrenOf, type Element, nameOf } from "../../markup.ts";
import { isOn, shownChildren, valueOf } from "../ooxml/package.ts";

/** How a section begins if it says nothing else: "nextPage". */
const ON_THE_SAME_PAGE = new Set(["continuous", "nextColumn"]);

/** The properties of the sections that end within a block: each says how it begins. */
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
