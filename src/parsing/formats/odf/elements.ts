import type { Element } from "domhandler";
import { attributeOf } from "../../markup.ts";

/** A number that an attribute says; else what is usual. Repetitions go to a milliard, so that callers bound them. */
export function numberOf(element: Element, name: string, usual: number): number {
  const value = Number.parseInt(attributeOf(element, name) ?? "", 10);
  return Number.isSafeInteger(value) && value >= 0 ? value : usual;
}
