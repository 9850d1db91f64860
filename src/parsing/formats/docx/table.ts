import { attributeOf, childOf, type Element, nameOf } from "../../markup.ts";
import { isOn, shownChildren, valueOf } from "../ooxml/package.ts";
import { isPrompt } from "./inline.ts";

/** Word allows 63: what lies beyond is joined to the last column. */
const COLUMNS_MAX = 64;

/** A row of a table. */
export interface Row {
  readonly element: Element;
  /** Columns that it leaves free before its first cell. */
  readonly free: number;
  readonly cells: readonly Element[];
}

/** The rows of a table, without those that are deleted or hidden. */
export function* rowsOf(table: Element): Generator<Row, undefined> {
  for (const element of within(table, "tr")) {
    const properties = childOf(element, "trpr");
    if (properties && isDropped(properties)) continue;
    const free = columnsOf(valueOf(properties, "gridbefore") ?? "0");
    yield { element, free, cells: [...within(element, "tc")] };
  }
}

/**
 * A row's texts by columns: a cell that spans several stands in the first of them, and one that goes on with the
 * cell above or before it is empty.
 */
export function textsOf(row: Row, isFirst: boolean, textOf: (cell: Element) => string): string[] {
  const texts = Array<string>(row.free).fill("");
  for (const cell of row.cells) {
    const properties = childOf(cell, "tcpr");
    const text = !isFirst && goesOn(properties) ? "" : textOf(cell);
    const span = columnsOf(valueOf(properties, "gridspan") ?? "1");
    if (texts.length >= COLUMNS_MAX) {
      if (text) texts[COLUMNS_MAX - 1] += ` ${text}`;
    } else texts.push(text, ...Array<string>(Math.max(span - 1, 0)).fill(""));
  }
  return texts.slice(0, COLUMNS_MAX);
}

/** Element of a kind, be they wrapped in controls or marks of changes. */
function* within(parent: Element, name: string): Generator<Element, undefined> {
  for (const child of shownChildren(parent)) {
    const own = nameOf(child);
    if (own === name) yield child;
    else if (WRAPPERS.has(own) && !(own === "sdt" && isPrompt(child))) yield* within(child, name);
  }
}

const WRAPPERS = new Set(["sdt", "sdtcontent", "customxml", "ins", "moveto"]);

function isDropped(properties: Element): boolean {
  return childOf(properties, "del") !== undefined || isOn(childOf(properties, "hidden"));
}

function goesOn(properties: Element | undefined): boolean {
  return ["vmerge", "hmerge"].some((name) => {
    const merge = childOf(properties, name);
    return merge !== undefined && attributeOf(merge, "val") !== "restart";
  });
}

function columnsOf(text: string): number {
  return Math.min(Math.max(Math.trunc(Number(text)) || 0, 0), COLUMNS_MAX);
}
