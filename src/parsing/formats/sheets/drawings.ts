import { Flow } from "../../flow.ts";
import type { ReadLimits } from "../../limits.ts";
import { childOf, childrenOf, descendantsOf, type Element, nameOf } from "../../markup.ts";
import { altTextOf } from "../ooxml/alt-text.ts";
import { chartTitlesOf } from "../ooxml/chart.ts";
import { graphicIn, type Graphics, graphicsOf } from "../ooxml/graphics.ts";
import { OfficePackage, shownChildren } from "../ooxml/package.ts";
import { linesOf, writeLines } from "../ooxml/paragraphs.ts";
import { sheetsListedIn } from "./sheet-list.ts";

/** Shapes that hold others. */
const HOLDERS = new Set(["twocellanchor", "onecellanchor", "absoluteanchor", "grpsp"]);

/**
 * What is drawn on the sheets of an Excel workbook, as Markdown by the sheets' names: the texts of boxes and diagrams,
 * descriptions of pictures, and the titles of charts, whose values stand in cells.
 * @throws PermanentError `parse_failed` if a part of it is damaged
 */
export async function drawingsOf(
  bytes: Uint8Array,
  what: string,
  limits: ReadLimits,
): Promise<ReadonlyMap<string, string>> {
  const office = await OfficePackage.open(bytes, what, limits);
  const path = await office.main("xl/workbook.xml");
  const paths = new Map((await office.relations(path)).map((each) => [each.id, each.path]));
  const drawings = new Map<string, string>();
  const known = new Set<string>();
  for (const { name, relation } of await sheetsListedIn(office, path)) {
    const text = await drawnOn(office, paths.get(relation) ?? "", known);
    if (text) drawings.set(name, text);
  }
  return drawings;
}

/** @param known the drawings that have been read: each belongs to one sheet */
async function drawnOn(office: OfficePackage, sheet: string, known: Set<string>): Promise<string> {
  const flow = new Flow();
  for (const { type, path } of await office.relations(sheet)) {
    if (type !== "drawing" || known.has(path)) continue;
    known.add(path);
    const [root] = childrenOf(await office.xml(path));
    const graphics = await graphicsOf(office, await office.relations(path), chartTitlesOf);
    if (root) write(root, graphics, flow);
  }
  return flow.text();
}

function write(parent: Element, graphics: Graphics, flow: Flow): void {
  for (const shape of shownChildren(parent)) {
    const name = nameOf(shape);
    if (HOLDERS.has(name)) write(shape, graphics, flow);
    else if (name === "sp") writeBox(shape, flow);
    else if (name === "pic") flow.paragraph(describedBy(shape));
    else if (name === "graphicframe") flow.block(graphicIn(shape, graphics));
  }
}

function writeBox(shape: Element, flow: Flow): void {
  const body = childOf(shape, "txbody");
  const lines = body ? [...linesOf(body, childrenOf(body, "lststyle"))] : [];
  if (lines.length > 0) writeLines(lines, flow);
  else flow.paragraph(describedBy(shape));
}

function describedBy(shape: Element): string {
  const [properties] = descendantsOf(shape, "cnvpr");
  return properties ? altTextOf(properties) : "";
}
