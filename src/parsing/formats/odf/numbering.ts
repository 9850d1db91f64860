import { attributeOf, childrenOf, type Element, nameOf } from "../../markup.ts";
import { numeralOf } from "../../numerals.ts";
import { numberOf } from "./elements.ts";
import type { Styles } from "./styles.ts";

const LEVELS_MAX = 10;

/** The ways to write a number, by the name that OpenDocument gives them; all others are written in digits. */
const WAYS = new Map([
  ["a", "lowerLetter"],
  ["A", "upperLetter"],
  ["i", "lowerRoman"],
  ["I", "upperRoman"],
]);

/** A list that is being read. */
export interface List {
  readonly levels: ReadonlyMap<number, Element>;
  /** How far each of its levels has counted. */
  readonly counts: (number | undefined)[];
}

/** The lists of a document, counted as their items are asked for in reading order. */
export class Numbering {
  private readonly byId = new Map<string, List>();
  private readonly lastByStyle = new Map<string, List>();
  private readonly headings: List;

  constructor(private readonly styles: Styles) {
    this.headings = { levels: levelsOf(styles.outline), counts: [] };
  }

  /** @param element a list that lies in no other */
  begin(element: Element): List {
    const style = attributeOf(element, "style-name") ?? "";
    const counted =
      this.byId.get(attributeOf(element, "continue-list") ?? "") ??
      (attributeOf(element, "continue-numbering") === "true"
        ? this.lastByStyle.get(style)
        : undefined);
    const list = { levels: levelsOf(this.styles.list(style)), counts: counted?.counts ?? [] };
    this.lastByStyle.set(style, list);
    const id = attributeOf(element, "id");
    if (id) this.byId.set(id, list);
    return list;
  }

  /** A list in an item of another; it may look otherwise. */
  within(list: List, element: Element): List {
    const style = this.styles.list(attributeOf(element, "style-name"));
    return style ? { levels: levelsOf(style), counts: list.counts } : list;
  }

  /** What stands before a heading; "" for nothing. @param level from 0 */
  heading(level: number): string {
    return labelOf(this.headings, level, undefined);
  }

  /** What stands before the next item: "-" for any bullet, "2.", "b)"; "" for nothing. @param level from 0 */
  item(list: List, level: number, item: Element): string {
    const start = attributeOf(item, "start-value");
    return labelOf(list, level, start === undefined ? undefined : numberOf(item, "start-value", 1));
  }
}

function labelOf({ levels, counts }: List, level: number, start: number | undefined): string {
  const style = levels.get(level);
  if (!style) return levels.size === 0 ? "-" : "";
  counts.length = Math.min(counts.length, level + 1);
  counts[level] = start ?? (counts[level] ?? startOf(style) - 1) + 1;
  if (!/number|outline/.test(nameOf(style))) return "-";
  if (!attributeOf(style, "num-format")) return "";
  const shown = Math.min(numberOf(style, "display-levels", 1), level + 1, LEVELS_MAX);
  const numbers = Array.from({ length: shown }, (_, index) => {
    const at = level - shown + 1 + index;
    return numeralOf(counts[at] ?? startOf(levels.get(at)), wayOf(levels.get(at)));
  });
  const around = (name: string) => attributeOf(style, name) ?? "";
  return `${around("num-prefix")}${numbers.join(".")}${around("num-suffix")}`.trim();
}

function levelsOf(style: Element | undefined): ReadonlyMap<number, Element> {
  const levels = style ? childrenOf(style) : [];
  return new Map(levels.map((level) => [numberOf(level, "level", 1) - 1, level]));
}

function startOf(level: Element | undefined): number {
  return level ? numberOf(level, "start-value", 1) : 1;
}

function wayOf(level: Element | undefined): string {
  return WAYS.get(attributeOf(level, "num-format") ?? "") ?? "decimal";
}
