import { chartOf } from "./chart.ts";
import { diagramOf } from "./diagram.ts";
import type { OfficePackage, Relation } from "./package.ts";

/** What a chart or a diagram says, until the text has led to it. */
export interface Graphic {
  text: string;
}

/**
 * The charts and diagrams that a part leads to, by the ids of its relations; two ids of one share it.
 * @param readChart what a chart says
 */
export async function graphicsOf(
  office: OfficePackage,
  relations: readonly Relation[],
  readChart = chartOf,
): Promise<ReadonlyMap<string, Graphic>> {
  const byPath = new Map<string, Graphic>();
  const byId = new Map<string, Graphic>();
  for (const { id, type, path } of relations) {
    const read =
      type === "diagramData" ? diagramOf : /^chart(Ex)?$/.test(type) ? readChart : undefined;
    if (!read) continue;
    const known = byPath.get(path);
    const xml = known ? undefined : await office.xml(path);
    const graphic = known ?? { text: xml ? read(xml) : "" };
    byPath.set(path, graphic);
    byId.set(id, graphic);
  }
  return byId;
}
