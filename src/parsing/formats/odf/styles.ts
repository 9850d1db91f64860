import { attributeOf, childOf, childrenOf, type Element, elementAt, nameOf } from "../../markup.ts";

/** Styles that go back to styles that go back to styles. */
const ANCESTORS_MAX = 50;

type Family = "paragraph" | "text" | "table";

/** What a style says that matters to text. */
export interface Traits {
  readonly breaksBefore: boolean;
  readonly breaksAfter: boolean;
  readonly isHidden: boolean;
  /** The title of the whole document. */
  readonly isTitle: boolean;
  /** Undefined if nothing says. */
  readonly font: string | undefined;
}

/** The styles of a document: those with names that people know, and those that its writer made up for a place. */
export class Styles {
  private readonly styles = new Map<string, Element>();
  private readonly known = new Map<string, Traits>();
  private readonly lists = new Map<string, Element>();
  /** How headings are numbered. */
  readonly outline: Element | undefined;

  constructor(content: Element, common: Element) {
    const roots = [...childrenOf(common), ...childrenOf(content)];
    const groups = roots.flatMap((root) =>
      ["styles", "automatic-styles"].flatMap((name) => childrenOf(root, name)),
    );
    for (const style of groups.flatMap((group) => childrenOf(group))) this.take(style);
    const [root] = childrenOf(common);
    this.outline = elementAt(root, "styles", "outline-style");
  }

  traitsOf(family: Family, name: string | undefined): Traits {
    const key = keyOf(family, name);
    const known = this.known.get(key);
    if (known) return known;
    const traits = traitsOf([...this.ancestry(key, family)]);
    this.known.set(key, traits);
    return traits;
  }

  list(name: string | undefined): Element | undefined {
    return name === undefined ? undefined : this.lists.get(name);
  }

  private take(style: Element): void {
    const name = attributeOf(style, "name");
    if (nameOf(style) === "list-style") this.lists.set(name ?? "", style);
    else if (nameOf(style) === "style")
      this.styles.set(keyOf(attributeOf(style, "family") ?? "", name), style);
  }

  /** A style, and those it goes back to. */
  private *ancestry(key: string, family: Family): Generator<Element> {
    let style = this.styles.get(key);
    for (let steps = 0; style && steps < ANCESTORS_MAX; steps++) {
      yield style;
      style = this.styles.get(keyOf(family, attributeOf(style, "parent-style-name")));
    }
  }
}

function traitsOf(ancestry: readonly Element[]): Traits {
  // The first that says anything of it is right.
  const said = (properties: string, name: string) =>
    ancestry
      .map((style) => childOf(style, properties))
      .map((found) => attributeOf(found, name))
      .find((value) => value !== undefined);
  const breaks = (name: string) =>
    (said("paragraph-properties", name) ?? said("table-properties", name)) === "page";
  const masterPage = ancestry
    .map((style) => attributeOf(style, "master-page-name"))
    .find((name) => name !== undefined);
  return {
    // A page of another kind is another page.
    breaksBefore: breaks("break-before") || Boolean(masterPage),
    breaksAfter: breaks("break-after"),
    isHidden: said("text-properties", "display") === "none",
    isTitle: ancestry.some((style) => attributeOf(style, "name") === "Title"),
    font: said("text-properties", "font-name"),
  };
}

function keyOf(family: string, name: string | undefined): string {
  return `${family} ${name ?? ""}`;
}
