import { lineOf } from "../../markdown.ts";
import {
  attributeOf,
  childOf,
  childrenOf,
  descendantsOf,
  type Element,
  textOf,
} from "../../markup.ts";

/** Deeper points are not indented further. */
const LEVEL_MAX = 8;

/** What is written in a diagram (SmartArt), as a list by levels. */
export function diagramOf(xml: Element): string {
  const [model] = childrenOf(xml);
  const points = childrenOf(childOf(model, "ptlst"), "pt");
  const texts = new Map(
    points.map((point) => [attributeOf(point, "modelId") ?? "", wordsOf(point)]),
  );
  const below = connections(childOf(model, "cxnlst"));
  const lines: string[] = [];
  const documents = points.filter((point) => attributeOf(point, "type") === "doc");
  const waiting = documents.map((point) => ({
    id: attributeOf(point, "modelId") ?? "",
    level: -1,
  }));
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const text = texts.get(next.id);
    if (text) lines.push(`${"  ".repeat(Math.min(Math.max(next.level, 0), LEVEL_MAX))}- ${text}`);
    // Each point once, also where they lead in a circle.
    texts.delete(next.id);
    const level = text || next.level < 0 ? next.level + 1 : next.level;
    const children = below.get(next.id) ?? [];
    below.delete(next.id);
    for (const id of children.toReversed()) waiting.push({ id, level });
  }
  const unled = points
    .map((point) => texts.get(attributeOf(point, "modelId") ?? ""))
    .filter(Boolean);
  return [...lines, ...unled.map((text) => `- ${text}`)].join("\n");
}

/** The ids of the points right below each point, in order. */
function connections(list: Element | undefined): Map<string, string[]> {
  const ordered = childrenOf(list, "cxn")
    .filter((each) => (attributeOf(each, "type") ?? "parOf") === "parOf")
    .map((each) => ({ each, at: Number(attributeOf(each, "srcOrd")) || 0 }))
    .toSorted((a, b) => a.at - b.at);
  const below = new Map<string, string[]>();
  for (const { each } of ordered) {
    const from = attributeOf(each, "srcId") ?? "";
    const to = attributeOf(each, "destId") ?? "";
    const others = below.get(from);
    if (others) others.push(to);
    else below.set(from, [to]);
  }
  return below;
}

/** A point's own words: those that only lay others out have none. */
function wordsOf(point: Element): string {
  if (attributeOf(point, "type") === "pres") return "";
  const text = childOf(point, "t");
  const paragraphs = text ? childrenOf(text, "p") : [];
  return lineOf(
    paragraphs.map((each) => [...descendantsOf(each, "t")].map(textOf).join("")).join(" "),
  );
}
