import { readingOfFont } from "../../encoding/vietnamese-fonts.ts";
import type { Flow } from "../../flow.ts";
import { lineOf } from "../../markdown.ts";
import {
  attributeOf,
  childOf,
  childrenOf,
  descendantsOf,
  type Element,
  nameOf,
  textOf,
} from "../../markup.ts";
import { Pieces } from "../../pieces.ts";
import { equationOf } from "./math.ts";
import { numeralOf } from "../../numerals.ts";
import { shownChildren } from "./package.ts";
import { withSymbols } from "./symbols.ts";

/** A paragraph of a shape. */
export interface Line {
  readonly text: string;
  readonly level: number;
  /** "-", "2."; "" for plain text. */
  readonly marker: string;
}

const LEVEL_MAX = 8;
const NUMERALS: readonly (readonly [RegExp, string])[] = [
  [/^alphaLc/, "lowerLetter"],
  [/^alphaUc/, "upperLetter"],
  [/^romanLc/, "lowerRoman"],
  [/^romanUc/, "upperRoman"],
  [/^circleNum/, "decimalEnclosedCircle"],
  [/^ea1(?:Chs|Cht|Jpn)/, "chineseCounting"],
];
const BULLETS = new Set(["bunone", "buchar", "buautonum", "bublip"]);

/**
 * The paragraphs of a text that say something.
 * @param styles how the levels are set, nearest first, below what each paragraph says itself
 */
export function* linesOf(body: Element, styles: readonly Element[]): Generator<Line, undefined> {
  const counts: number[] = [];
  for (const paragraph of childrenOf(body, "p")) {
    const text = paragraphOf(paragraph);
    if (!text.trim()) continue;
    const own = childOf(paragraph, "ppr");
    const level = levelOf(own);
    counts.length = Math.min(counts.length, level + 1);
    yield { text, level, marker: markerOf(bulletOf(own, level, styles), level, counts) };
  }
}

/** Items as items, and plain lines that follow each other as one paragraph. */
export function writeLines(lines: Iterable<Line>, flow: Flow): void {
  let plain = new Pieces("\n");
  const write = () => {
    if (!plain.isEmpty) flow.paragraph(plain.text());
    plain = new Pieces("\n");
  };
  for (const { text, level, marker } of lines) {
    if (!marker) plain.add(text);
    else {
      write();
      flow.item(level, marker, text);
    }
  }
  write();
}

/** All text of a shape or a cell in one line. */
export function wordsOf(shape: Element): string {
  return lineOf([...descendantsOf(shape, "p")].map(paragraphOf).join(" "));
}

function paragraphOf(paragraph: Element): string {
  return shownChildren(paragraph).map(runOf).join("");
}

function runOf(run: Element): string {
  switch (nameOf(run)) {
    case "br":
      return "\n";
    case "m":
      return equationsOf(run);
    // The slide's number and the day's date are the layout's, not the text's.
    case "fld":
      return /^(?:slidenum|datetime)/.test(attributeOf(run, "type") ?? "") ? "" : saidBy(run);
    default:
      return saidBy(run);
  }
}

function saidBy(run: Element): string {
  const text = childOf(run, "t");
  if (!text) return "";
  const properties = childOf(run, "rpr");
  const font = childOf(properties, "sym") ?? childOf(properties, "latin");
  const name = attributeOf(font, "typeface") ?? "";
  const typed = textOf(text);
  const words = (readingOfFont(name)?.(typed) ?? typed)
    .replaceAll("\u00ad", "")
    .replace(/[\0-\x1f\x7f]+/g, " ");
  return withSymbols(words, name);
}

function equationsOf(container: Element): string {
  return Array.from(descendantsOf(container, "omath"), (each) => `$${equationOf(each)}$`).join(" ");
}

function levelOf(properties: Element | undefined): number {
  const level = Math.trunc(Number(attributeOf(properties, "lvl") ?? 0)) || 0;
  return Math.min(Math.max(level, 0), LEVEL_MAX);
}

function bulletOf(
  own: Element | undefined,
  level: number,
  styles: readonly Element[],
): Element | undefined {
  const inherited = styles.map((style) => childOf(style, `lvl${level + 1}ppr`));
  for (const properties of [own, ...inherited]) {
    const bullet = properties && childrenOf(properties).find((each) => BULLETS.has(nameOf(each)));
    if (bullet) return bullet;
  }
  return undefined;
}

/** @param counts the last number at each level, which this one goes on from */
function markerOf(bullet: Element | undefined, level: number, counts: number[]): string {
  const kind = bullet && nameOf(bullet);
  if (!bullet || kind !== "buautonum") {
    counts.length = Math.min(counts.length, level);
    return kind === undefined || kind === "bunone" ? "" : "-";
  }
  const start = Math.trunc(Number(attributeOf(bullet, "startAt") ?? 1)) || 1;
  const number = (counts[level] ?? start - 1) + 1;
  counts[level] = number;
  const type = attributeOf(bullet, "type") ?? "";
  const format = NUMERALS.find(([pattern]) => pattern.test(type))?.[1] ?? "decimal";
  const numeral = numeralOf(number, format);
  if (/ParenBoth/.test(type)) return `(${numeral})`;
  return /ParenR/.test(type) ? `${numeral})` : /Period/.test(type) ? `${numeral}.` : numeral;
}
