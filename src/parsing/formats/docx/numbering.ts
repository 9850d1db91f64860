import { attributeOf, childOf, childrenOf, type Element } from "../../markup.ts";
import { numeralOf } from "../../numerals.ts";
import { isOn, valueOf } from "../ooxml/package.ts";
import type { ListPlace, Styles } from "./styles.ts";

/** What stands before an item is cut here: no label that a person wrote is longer. */
const LABEL_CHARS_MAX = 80;
/** Lists that lead to lists that lead to lists. */
const LINKS_MAX = 5;

interface Level {
  readonly format: string;
  /** "%1.%2." with the numbers of the levels for %1 and %2. */
  readonly text: string;
  readonly start: number;
  /** The level, from 1, after which it starts again; 0 for never. */
  readonly restart: number | undefined;
  /** All numbers in digits. */
  readonly isLegal: boolean;
}

interface List {
  /** Lists that share a definition share their counting. */
  readonly countedAs: string;
  readonly levels: readonly Level[];
  readonly startOverrides: ReadonlyMap<number, number>;
}

/** The lists of a document (numbering.xml), counted as their items are asked for in reading order. */
export class Numbering {
  private readonly abstracts: ReadonlyMap<string, Element>;
  private readonly numbers: ReadonlyMap<string, Element>;
  private readonly lists = new Map<string, List | undefined>();
  private readonly counts = new Map<string, (number | undefined)[]>();
  private readonly overridden = new Set<string>();

  constructor(
    xml: Element | undefined,
    private readonly styles: Styles,
  ) {
    const root = childOf(xml, "numbering");
    this.abstracts = byId(childrenOf(root, "abstractnum"), "abstractNumId");
    this.numbers = byId(childrenOf(root, "num"), "numId");
  }

  /** What stands before the next item at a place: "-" for any bullet, "2.", "b)"; "" for nothing. */
  next({ numId, level }: ListPlace): string {
    const list = this.list(numId);
    const definition = list?.levels[level];
    if (!list || !definition) return "";
    if (definition.format === "bullet") return "-";
    const counts = this.count(numId, list, level);
    const number = (at: number) => {
      const { start = 1, format = "" } = list.levels[at] ?? {};
      return numeralOf(counts[at] ?? start, definition.isLegal ? "decimal" : format);
    };
    const label = definition.text.slice(0, LABEL_CHARS_MAX);
    return label.replace(/%([1-9])/g, (_, digit) => number(Number(digit) - 1)).trim();
  }

  private count(numId: string, list: List, level: number): readonly (number | undefined)[] {
    const counts = this.counts.get(list.countedAs) ?? [];
    this.counts.set(list.countedAs, counts);
    const override = list.startOverrides.get(level);
    const key = `${numId} ${level}`;
    if (override !== undefined && !this.overridden.has(key)) {
      this.overridden.add(key);
      counts[level] = override;
    } else {
      const last = counts[level];
      counts[level] = last === undefined ? (list.levels[level]?.start ?? 1) : last + 1;
    }
    list.levels.forEach(({ restart }, deeper) => {
      if (deeper > level && (restart === undefined || level < restart)) counts[deeper] = undefined;
    });
    return counts;
  }

  private list(numId: string): List | undefined {
    if (!this.lists.has(numId)) this.lists.set(numId, this.read(numId));
    return this.lists.get(numId);
  }

  private read(numId: string): List | undefined {
    const number = this.numbers.get(numId);
    const abstract = number && this.abstractOf(number);
    if (!abstract) return undefined;
    const overrides = childrenOf(number, "lvloverride");
    const levels = childrenOf(abstract, "lvl").map(
      (level) => [placeOf(level), levelOf(level)] as const,
    );
    const own = overrides.flatMap((override) => {
      const level = childOf(override, "lvl");
      return level ? [[placeOf(override), levelOf(level)] as const] : [];
    });
    const byPlace = new Map([...levels, ...own]);
    return {
      countedAs: attributeOf(abstract, "abstractNumId") ?? "",
      levels: Array.from({ length: 9 }, (_, at) => byPlace.get(at) ?? levelOf(undefined)),
      startOverrides: new Map(
        overrides.flatMap((override) => {
          const start = valueOf(override, "startoverride");
          return start === undefined ? [] : [[placeOf(override), integer(start)] as const];
        }),
      ),
    };
  }

  /** A definition may lead to a style, whose list it then is. */
  private abstractOf(number: Element): Element | undefined {
    let found = this.abstracts.get(valueOf(number, "abstractnumid") ?? "");
    for (let links = 0; found && links < LINKS_MAX; links++) {
      const style = valueOf(found, "numstylelink");
      if (style === undefined) return found;
      const next = this.numbers.get(this.styles.listOf(style) ?? "");
      found = next && this.abstracts.get(valueOf(next, "abstractnumid") ?? "");
    }
    return found;
  }
}

function byId(elements: readonly Element[], attribute: string): ReadonlyMap<string, Element> {
  return new Map(elements.map((element) => [attributeOf(element, attribute) ?? "", element]));
}

function placeOf(level: Element): number {
  return integer(attributeOf(level, "ilvl") ?? "");
}

function levelOf(level: Element | undefined): Level {
  if (!level) return { format: "none", text: "", start: 1, restart: undefined, isLegal: false };
  const restart = valueOf(level, "lvlrestart");
  return {
    format: valueOf(level, "numfmt") ?? "decimal",
    text: valueOf(level, "lvltext") ?? "",
    start: integer(valueOf(level, "start") ?? "0"),
    restart: restart === undefined ? undefined : integer(restart),
    isLegal: isOn(childOf(level, "islgl")),
  };
}

function integer(text: string): number {
  return Math.trunc(Number(text)) || 0;
}
