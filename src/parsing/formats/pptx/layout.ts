import {
  attributeOf,
  childOf,
  childrenOf,
  descendantsOf,
  type Element,
  elementAt,
  nameOf,
} from "../../markup.ts";
import type { OfficePackage } from "../ooxml/package.ts";

/** What a shape of a slide fills: "title", "body", "sldNum". */
export interface Placeholder {
  readonly type: string;
  readonly index: string | undefined;
}

/** What the shapes of a slide take from its layout and its master: their places, and how their text is set. */
export class Layout {
  private constructor(
    private readonly layout: readonly Element[],
    private readonly master: readonly Element[],
    private readonly styles: Element | undefined,
  ) {}

  /** @param slide the slide's path @param known the layouts that have been read, by their paths */
  static async of(
    office: OfficePackage,
    slide: string,
    known: Map<string, Layout>,
  ): Promise<Layout> {
    const path = await pathOf(office, slide, "slideLayout");
    const before = known.get(path);
    if (before) return before;
    const master = await office.xml(await pathOf(office, path, "slideMaster"));
    const layout = await office.xml(path);
    const [styles] = master ? descendantsOf(master, "txstyles") : [];
    const read = new Layout(
      layout ? [...descendantsOf(layout, "sp")] : [],
      master ? [...descendantsOf(master, "sp")] : [],
      styles,
    );
    known.set(path, read);
    return read;
  }

  /** What a shape inherits from, nearest first: the shapes that hold its place. */
  shapesFor(placeholder: Placeholder | undefined): readonly Element[] {
    if (!placeholder) return [];
    const { type, index } = placeholder;
    const layout =
      this.layout.find((shape) => index !== undefined && placeholderOf(shape)?.index === index) ??
      this.layout.find((shape) => kindOf(placeholderOf(shape)?.type) === kindOf(type));
    const master = this.master.find((shape) => kindOf(placeholderOf(shape)?.type) === kindOf(type));
    return [layout, master].filter((shape) => shape !== undefined);
  }

  /** How text is set that fills a placeholder. */
  styleFor(placeholder: Placeholder | undefined): Element | undefined {
    if (!placeholder || !this.styles) return undefined;
    return childOf(this.styles, kindOf(placeholder.type) === "title" ? "titlestyle" : "bodystyle");
  }
}

/** What a shape fills; undefined if it was drawn by hand. */
export function placeholderOf(shape: Element): Placeholder | undefined {
  const [properties] = childrenOf(shape).filter((child) => /^nv.*pr$/.test(nameOf(child)));
  const placeholder = elementAt(properties, "nvpr", "ph");
  if (!placeholder) return undefined;
  return {
    type: attributeOf(placeholder, "type") ?? "obj",
    index: attributeOf(placeholder, "idx"),
  };
}

/** Titles of title slides take after titles, and all that holds text after the body. */
function kindOf(type: string | undefined): string | undefined {
  if (type === "ctrTitle") return "title";
  return type === "subTitle" || type === "obj" ? "body" : type;
}

async function pathOf(office: OfficePackage, part: string, type: string): Promise<string> {
  return (await office.relations(part)).find((relation) => relation.type === type)?.path ?? "";
}
