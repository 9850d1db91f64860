import { attributeOf, childOf, descendantsOf, type Element, nameOf } from "../../markup.ts";
import { shownChildren } from "../ooxml/package.ts";
import type { Layout } from "./layout.ts";
import { boxOf, isHidden } from "./slide.ts";

/** As a page of a PDF is a scan. */
const COVERAGE_MIN = 0.5;

/** A slide's width and height, in the units of its shapes. */
export interface SlideSize {
  readonly width: number;
  readonly height: number;
}

/** The size of all slides. @param root of the presentation */
export function slideSizeOf(root: Element): SlideSize {
  const size = childOf(root, "sldsz");
  const number = (name: string) => Number(attributeOf(size, name)) || Number.POSITIVE_INFINITY;
  return { width: number("cx"), height: number("cy") };
}

/**
 * The picture that covers most of a slide, be it one, the filling of a shape, or what lies behind all shapes.
 * @param content the slide's `cSld`
 * @returns the id of the relation that leads to it; undefined if none does
 */
export function coveringPicture(
  content: Element,
  layout: Layout,
  { width, height }: SlideSize,
): string | undefined {
  const covers = (shape: Element) => {
    const box = boxOf(shape, layout);
    return box !== undefined && box.width * box.height >= COVERAGE_MIN * width * height;
  };
  const shapes = shownChildren(childOf(content, "sptree"));
  const covering = shapes.filter(
    (shape) => /^(?:pic|sp)$/.test(nameOf(shape)) && !isHidden(shape) && covers(shape),
  );
  const background = childOf(content, "bg");
  for (const each of background ? [...covering, background] : covering) {
    const [picture] = descendantsOf(each, "blip");
    const id = attributeOf(picture, "embed");
    if (id) return id;
  }
  return undefined;
}
