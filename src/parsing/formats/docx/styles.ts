import { levelOfStyleName } from "../../heading-names.ts";
import { attributeOf, childOf, childrenOf, type Element, elementAt } from "../../markup.ts";
import { isOn, isTrue, valueOf } from "../ooxml/package.ts";

/** Styles on styles; Word allows fewer. */
const CHAIN_MAX = 15;
/** The outline's level of what is no heading. */
const BODY_LEVEL = 9;
/** The styles of the lines of a table of contents, as Word names them in every language. */
const CONTENTS = /^toc [1-9]$/i;

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

  constructor(xml: Element | undefined) {
    const root = childOf(xml, "styles");
    const styles = childrenOf(root, "style");
    this.styles = new Map(styles.map((style) => [attributeOf(style, "styleId") ?? "", style]));
    const isDefault = (style: Element) =>
      attributeOf(style, "type") === "paragraph" && isTrue(style, "default");
    this.byDefault = attributeOf(styles.find(isDefault), "styleId");
    this.usualFont = fontIn(elementAt(root, "docdefaults", "rprdefault"));
  }

  /** A paragraph's level as a heading, from 1; undefined if it is none. @param own its own properties */
  headingLevel(own: Element | undefined): number | undefined {
    const direct = childOf(own, "outlinelvl");
    if (direct) return levelOfOutline(direct);
    const id = styleIdOf(own, "pstyle") ?? this.byDefault;
    for (const style of this.chain(id)) {
      const outline = elementAt(style, "ppr", "outlinelvl");
      if (outline) return levelOfOutline(outline);
      // A table of contents tells of headings, though its lines may look like them.
      if (CONTENTS.test(nameOfStyle(style))) return undefined;
      const level = levelOfStyleName(nameOfStyle(style));
      if (level !== undefined) return level;
    }
    return this.styles.has(id ?? "") ? undefined : levelOfStyleName(id ?? "");
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
    const own = childOf(run, "vanish");
    if (own) return isOn(own);
    const chains = [styleIdOf(run, "rstyle"), styleIdOf(paragraph, "pstyle")].map((id) =>
      id === undefined ? [] : this.chain(id),
    );
    for (const style of chains.flat()) {
      const vanish = elementAt(style, "rpr", "vanish");
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
    return valueOf(this.inChain(styleId, "numpr"), "numid");
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
    return childOf(own, name) ?? this.inChain(styleIdOf(own, "pstyle") ?? this.byDefault, name);
  }

  private inChain(id: string | undefined, name: string): Element | undefined {
    for (const style of this.chain(id)) {
      const found = elementAt(style, "ppr", name);
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

function styleIdOf(properties: Element | undefined, kind: "pstyle" | "rstyle"): string | undefined {
  return valueOf(properties, kind);
}

/** @param style or whatever else holds properties of runs */
function fontIn(style: Element | undefined): string | undefined {
  return fontOfProperties(childOf(style, "rpr"));
}

function fontOfProperties(properties: Element | undefined): string | undefined {
  const fonts = childOf(properties, "rfonts");
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
