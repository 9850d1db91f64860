import type { Document, Element } from "domhandler";
import { attributeOf, childOf, childrenOf } from "../../markup.ts";
import { isOn } from "../ooxml/package.ts";

/** Styles on styles; Word allows fewer. */
const CHAIN_MAX = 15;
/** The outline's level of what is no heading. */
const BODY_LEVEL = 9;

/** Built-in headings bear English names in every language; what other programs write may not. */
const HEADING_NAME =
  /^(?:heading|überschrift|titre|título|titolo|kop|rubrik|overskrift|otsikko|nagłówek|nadpis|címsor|заголовок|başlık|tiêu đề|đầu đề|标题|標題|見出し|제목)\s*([1-9])$/i;

/** What a list's paragraph hangs on. */
export interface ListPlace {
  readonly numId: string;
  /** From 0. */
  readonly level: number;
}

/** What follows from the styles of paragraphs and of characters (styles.xml), through all that each is based on. */
export class Styles {
  private readonly styles: ReadonlyMap<string, Element>;
  private readonly byDefault: string | undefined;
  private readonly chains = new Map<string, readonly Element[]>();
  private readonly fonts = new Map<string, string | undefined>();
  private readonly usualFont: string | undefined;

  constructor(xml: Document | undefined) {
    const root = xml && childOf(xml, "styles");
    const styles = childrenOf(root ?? { children: [] }, "style");
    this.styles = new Map(styles.map((style) => [attributeOf(style, "styleId") ?? "", style]));
    const isDefault = (style: Element) =>
      attributeOf(style, "type") === "paragraph" &&
      /^(1|true|on)$/.test(attributeOf(style, "default") ?? "");
    const normal = styles.find(isDefault);
    this.byDefault = normal && attributeOf(normal, "styleId");
    const defaults = root && childOf(root, "docdefaults");
    this.usualFont = fontIn(defaults && childOf(defaults, "rprdefault"));
  }

  /** A paragraph's level as a heading, from 1; undefined if it is none. @param own its own properties */
  headingLevel(own: Element | undefined): number | undefined {
    const direct = own && childOf(own, "outlinelvl");
    if (direct) return levelOfOutline(direct);
    const id = styleIdOf(own, "pstyle") ?? this.byDefault;
    for (const style of this.chain(id)) {
      const outline = childOf(childOf(style, "ppr") ?? NOTHING, "outlinelvl");
      if (outline) return levelOfOutline(outline);
      const level = levelOfName(nameOfStyle(style));
      if (level !== undefined) return level;
    }
    return this.styles.has(id ?? "") ? undefined : levelOfName(id ?? "");
  }

  /** Where a paragraph stands in a list; undefined if it stands in none. */
  listPlace(own: Element | undefined): ListPlace | undefined {
    const place = this.property(own, "numpr");
    if (!place) return undefined;
    const numId = valueOf(place, "numid") ?? this.inheritedNumId(own);
    if (numId === undefined || numId === "0") return undefined;
    const level = Number(valueOf(place, "ilvl") ?? 0);
    return { numId, level: Math.min(Math.max(Math.trunc(level) || 0, 0), 8) };
  }

  /** A setting of a paragraph: its own, or that of its styles. */
  paragraphIs(own: Element | undefined, setting: string): boolean {
    return isOn(this.property(own, setting));
  }

  /** Whether a run's text is not shown. */
  hides(run: Element | undefined, paragraph: Element | undefined): boolean {
    if (!run && !paragraph) return false;
    const own = run && childOf(run, "vanish");
    if (own) return isOn(own);
    const chains = [styleIdOf(run, "rstyle"), styleIdOf(paragraph, "pstyle")].map((id) =>
      id === undefined ? [] : this.chain(id),
    );
    for (const style of chains.flat()) {
      const vanish = childOf(childOf(style, "rpr") ?? NOTHING, "vanish");
      if (vanish) return isOn(vanish);
    }
    return false;
  }

  /** The font of a run's Latin letters; "" if it is the theme's, or nothing says. */
  fontOf(run: Element | undefined, paragraph: Element | undefined): string {
    return (
      fontOfProperties(run) ??
      this.fontOfStyle(styleIdOf(run, "rstyle")) ??
      this.fontOfStyle(styleIdOf(paragraph, "pstyle") ?? this.byDefault) ??
      this.usualFont ??
      ""
    );
  }

  /** Where the list of a style is told of. */
  listOf(styleId: string): string | undefined {
    const place = this.inChain(styleId, "numpr");
    return place && valueOf(place, "numid");
  }

  private fontOfStyle(id: string | undefined): string | undefined {
    if (id === undefined) return undefined;
    if (!this.fonts.has(id)) {
      const fonts = this.chain(id).map(fontIn);
      this.fonts.set(
        id,
        fonts.find((font) => font !== undefined),
      );
    }
    return this.fonts.get(id);
  }

  private inheritedNumId(own: Element | undefined): string | undefined {
    return this.listOf(styleIdOf(own, "pstyle") ?? this.byDefault ?? "");
  }

  private property(own: Element | undefined, name: string): Element | undefined {
    const direct = own && childOf(own, name);
    return direct ?? this.inChain(styleIdOf(own, "pstyle") ?? this.byDefault, name);
  }

  private inChain(id: string | undefined, name: string): Element | undefined {
    for (const style of this.chain(id)) {
      const found = childOf(childOf(style, "ppr") ?? NOTHING, name);
      if (found) return found;
    }
    return undefined;
  }

  /** The style and all that it is based on, nearest first. */
  private chain(id: string | undefined): readonly Element[] {
    const known = this.chains.get(id ?? "");
    if (known) return known;
    const chain: Element[] = [];
    let style = this.styles.get(id ?? "");
    while (style && chain.length < CHAIN_MAX && !chain.includes(style)) {
      chain.push(style);
      style = this.styles.get(valueOf(style, "basedon") ?? "");
    }
    this.chains.set(id ?? "", chain);
    return chain;
  }
}

const NOTHING = { children: [] };

/** The value of a setting right below. */
export function valueOf(parent: Element, name: string): string | undefined {
  const setting = childOf(parent, name);
  return setting && attributeOf(setting, "val");
}

function styleIdOf(properties: Element | undefined, kind: "pstyle" | "rstyle"): string | undefined {
  return properties && valueOf(properties, kind);
}

/** @param style or whatever else holds properties of runs */
function fontIn(style: Element | undefined): string | undefined {
  return fontOfProperties(style && childOf(style, "rpr"));
}

function fontOfProperties(properties: Element | undefined): string | undefined {
  const fonts = properties && childOf(properties, "rfonts");
  if (!fonts) return undefined;
  if (attributeOf(fonts, "hAnsiTheme")) return "";
  return attributeOf(fonts, "hAnsi") ?? attributeOf(fonts, "ascii");
}

function nameOfStyle(style: Element): string {
  return valueOf(style, "name") ?? attributeOf(style, "styleId") ?? "";
}

function levelOfOutline(outline: Element): number | undefined {
  const level = Number(attributeOf(outline, "val"));
  return level >= 0 && level < BODY_LEVEL ? level + 1 : undefined;
}

function levelOfName(name: string): number | undefined {
  if (/^title$/i.test(name)) return 1;
  const level = HEADING_NAME.exec(name.trim())?.[1];
  return level === undefined ? undefined : Number(level);
}
