import { attributeOf, descendantsOf, type Element } from "../../markup.ts";
import { chartOf } from "./chart.ts";
import { diagramOf } from "./diagram.ts";
import type { OfficePackage, Relation } from "./package.ts";

/** What a chart or a diagram says, until it has been taken. */
interface Graphic {
  text: string;
}

/** The charts and diagrams that a part leads to, by the ids of the relations that do. */
export type Graphics = ReadonlyMap<string, Graphic>;

/** @param readChart what a chart says */
export async function graphicsOf(
  office: OfficePackage,
  relations: readonly Relation[],
  readChart = chartOf,
): Promise<Graphics> {
  const byPath = new Map<string, Graphic>();
  const byId = new Map<string, Graphic>();
  for (const { id, type, path } of relations) {
    const read =
      type === "diagramData" ? diagramOf : /^chart(Ex)?$/.test(type) ? readChart : undefined;
    if (!read) continue;
    const known = byPath.get(path);
    const xml = known ? undefined : await office.xml(path);
    // Two ids may lead to one.
    const graphic = known ?? { text: xml ? read(xml) : "" };
    byPath.set(path, graphic);
    byId.set(id, graphic);
  }
  return byId;
}

/** What a graphic says, as Markdown: once, however often it is led to; "" then, and where there is none. */
export function takeGraphic(id: string | undefined, graphics: Graphics): string {
  const graphic = graphics.get(id ?? "");
  if (!graphic) return "";
  const { text } = graphic;
  graphic.text = "";
  return text;
}

/** The same of the chart or the diagram that stands in a frame of a slide or a sheet. */
export function graphicIn(frame: Element, graphics: Graphics): string {
  const [chart] = descendantsOf(frame, "chart");
  const [diagram] = descendantsOf(frame, "relids");
  return takeGraphic(attributeOf(chart, "id") ?? attributeOf(diagram, "dm"), graphics);
}
