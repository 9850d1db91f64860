import type { ChildNode, Element } from "domhandler";
import { attributeOf, childOf } from "../../markup.ts";

/** Anything with elements below. */
export interface Elements {
  readonly children: readonly ChildNode[];
}

/** A number that an attribute says; else what is usual. Repetitions go to a milliard, so that callers bound them. */
export function numberOf(element: Element, name: string, usual: number): number {
  const value = Number.parseInt(attributeOf(element, name) ?? "", 10);
  return Number.isSafeInteger(value) && value >= 0 ? value : usual;
}

/** The element that a path of names leads to. */
export function elementAt(from: Elements, ...names: readonly string[]): Element | undefined {
  let at: Elements | undefined = from;
  let found: Element | undefined;
  for (const name of names) at = found = at && childOf(at, name);
  return found;
}
