import type { Flow } from "../../flow.ts";
import {
  attributeOf,
  childOf,
  childrenOf,
  descendantsOf,
  type Element,
  nameOf,
} from "../../markup.ts";
import { altTextOf } from "../ooxml/alt-text.ts";
import { graphicIn, type Graphics } from "../ooxml/graphics.ts";
import { isTrue, shownChildren } from "../ooxml/package.ts";
import { type Layout, type Placeholder, placeholderOf } from "./layout.ts";
import { linesOf, wordsOf, writeLines } from "../ooxml/paragraphs.ts";
import { type Box, inReadingOrder } from "../../reading-order.ts";

/** PowerPoint allows 75 columns in a table. */
const COLUMNS_MAX = 100;
/** What the layout puts on every slide. */
const RUNNING = new Set(["dt", "ftr", "hdr", "sldNum", "sldImg"]);

/** What a slide is read with. */
export interface SlideSetting {
  readonly layout: Layout;
  readonly graphics: Graphics;
  readonly isRightToLeft: boolean;
}

/** Something on a slide that says something. */
interface Piece {
  readonly box: Box | undefined;
  readonly isTitle: boolean;
  readonly write: (flow: Flow) => void;
}

/** Writes all that stands on a slide, its title first. @param tree the slide's `spTree` */
export function writeShapes(tree: Element, setting: SlideSetting, flow: Flow): void {
  for (const piece of piecesIn(tree, setting)) piece.write(flow);
}

/** Writes the text of the shapes that fill a kind of placeholder: that of a page of notes is its "body". */
export function writePlaceholders(tree: Element, kind: string, flow: Flow): void {
  for (const shape of childrenOf(tree, "sp")) {
    const body = childOf(shape, "txbody");
    if (body && placeholderOf(shape)?.type === kind)
      writeLines(linesOf(body, listStyles(body)), flow);
  }
}

function piecesIn(tree: Element, setting: SlideSetting): Piece[] {
  const pieces = shownChildren(tree).flatMap((shape) => pieceOf(shape, setting) ?? []);
  const titles = pieces.filter(({ isTitle }) => isTitle);
  const others = pieces.filter(({ isTitle }) => !isTitle);
  return [...titles, ...inReadingOrder(others, ({ box }) => box, setting.isRightToLeft)];
}

function pieceOf(shape: Element, setting: SlideSetting): Piece | undefined {
  const placeholder = placeholderOf(shape);
  const properties = propertiesOf(shape);
  if (RUNNING.has(placeholder?.type ?? "")) return undefined;
  if (isHidden(shape)) return undefined;
  const isTitle = /^(?:title|ctrTitle)$/.test(placeholder?.type ?? "");
  const write = writerOf(shape, placeholder, isTitle, setting) ?? altText(properties);
  return write && { box: boxOf(shape, setting.layout), isTitle, write };
}

/** What writes a shape; undefined if it says nothing by itself. */
function writerOf(
  shape: Element,
  placeholder: Placeholder | undefined,
  isTitle: boolean,
  setting: SlideSetting,
): Piece["write"] | undefined {
  switch (nameOf(shape)) {
    case "grpsp": {
      const pieces = piecesIn(shape, setting);
      return pieces.length > 0 ? (flow) => pieces.forEach(({ write }) => write(flow)) : undefined;
    }
    case "graphicframe":
      return frame(shape, setting);
    case "sp": {
      if (isTitle) return title(shape);
      const body = childOf(shape, "txbody");
      if (!body) return undefined;
      const styles = stylesFor(body, placeholder, setting.layout);
      // One by one: a slide may be one text of a million lines.
      const lines = () => linesOf(body, styles);
      return lines().next().done ? undefined : (flow) => writeLines(lines(), flow);
    }
    default:
      return undefined;
  }
}

function title(shape: Element): Piece["write"] | undefined {
  const text = wordsOf(shape);
  return text ? (flow) => flow.heading(1, text) : undefined;
}

/** A table, a chart or a diagram. */
function frame(shape: Element, { graphics }: SlideSetting): Piece["write"] | undefined {
  const [table] = descendantsOf(shape, "tbl");
  if (table) return (flow) => flow.table(childrenOf(table, "tr").map(rowOf));
  const text = graphicIn(shape, graphics);
  return text ? (flow) => flow.block(text) : undefined;
}

/** Cells that others spread over are empty. */
function rowOf(row: Element): string[] {
  const cells = childrenOf(row, "tc").map((cell) => {
    const isCovered = isTrue(cell, "hMerge") || isTrue(cell, "vMerge");
    return isCovered ? "" : wordsOf(cell);
  });
  if (cells.length <= COLUMNS_MAX) return cells;
  return [...cells.slice(0, COLUMNS_MAX - 1), cells.slice(COLUMNS_MAX - 1).join(" ")];
}

function altText(properties: Element | undefined): Piece["write"] | undefined {
  const text = properties && altTextOf(properties);
  return text ? (flow) => flow.paragraph(text) : undefined;
}

export function isHidden(shape: Element): boolean {
  return isTrue(propertiesOf(shape), "hidden");
}

/** The name, the description and the like of a shape. */
function propertiesOf(shape: Element): Element | undefined {
  const own = childrenOf(shape).find((child) => /^nv.*pr$/.test(nameOf(child)));
  return childOf(own, "cnvpr");
}

function stylesFor(body: Element, placeholder: Placeholder | undefined, layout: Layout): Element[] {
  const inherited = layout.shapesFor(placeholder).flatMap((shape) => {
    const text = childOf(shape, "txbody");
    return text ? listStyles(text) : [];
  });
  const style = layout.styleFor(placeholder);
  return [...listStyles(body), ...inherited, ...(style ? [style] : [])];
}

function listStyles(body: Element): Element[] {
  return childrenOf(body, "lststyle");
}

/** Where a shape lies: it says so itself, or what it takes after does. */
export function boxOf(shape: Element, layout: Layout): Box | undefined {
  const inherited = layout.shapesFor(placeholderOf(shape));
  for (const each of [shape, ...inherited]) {
    const properties = childOf(each, "sppr") ?? childOf(each, "grpsppr") ?? each;
    const place = childOf(properties, "xfrm");
    const offset = childOf(place, "off");
    const size = childOf(place, "ext");
    if (!offset || !size) continue;
    const number = (element: Element, name: string) => Number(attributeOf(element, name)) || 0;
    return {
      left: number(offset, "x"),
      top: number(offset, "y"),
      width: number(size, "cx"),
      height: number(size, "cy"),
    };
  }
  return undefined;
}
