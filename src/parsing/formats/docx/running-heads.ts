import { childrenOf, type Element } from "../../markup.ts";
import type { OfficePackage, Relation } from "../ooxml/package.ts";
import { Fields } from "./fields.ts";
import { linesOf, type Setting } from "./lines.ts";
import { headsOf } from "./sections.ts";

/** What stands at the head or the foot of pages, without the numbers of pages. */
export async function runningHeadsOf(
  office: OfficePackage,
  relations: readonly Relation[],
  sections: readonly Element[],
  place: "header" | "footer",
  setting: Setting,
): Promise<readonly string[]> {
  const ids = new Set(sections.flatMap((section) => headsOf(section, place)));
  const paths = new Set(relations.filter(({ id }) => ids.has(id)).map(({ path }) => path));
  const reading = { ...setting, fields: new Fields(), dropsPageNumbers: true };
  const texts: string[] = [];
  for (const path of paths) {
    const xml = await office.xml(path);
    const beside = { notes: [], endnotes: [], graphics: [] };
    for (const root of childrenOf(xml)) texts.push(linesOf(root, reading, beside));
  }
  return texts;
}
