/** Pages of a PDF as pdf.js tells of them: texts in places. */
import { layoutOf } from "../../src/parsing/pdf/layout.ts";
import { pageTexts } from "../../src/parsing/pdf/page-texts.ts";

const PAGE_HEIGHT = 800;
/** As pdf.js gives it: y downwards from the top left. */
export const VIEW = [1, 0, 0, -1, 0, PAGE_HEIGHT];
/** Of letters that are not said to be larger, in points. */
export const SIZE = 10;
/** A character's width in this font. */
const CHAR = 5;

/** A text as pdf.js gives it. */
export interface Item {
  str: string;
  transform: number[];
  width: number;
  height: number;
  fontName: string;
}

/** A text whose line is `y` points below the top of the page. */
export function at(x: number, y: number, str: string, size = SIZE): Item {
  const width = (str.length * CHAR * size) / SIZE;
  return {
    str,
    transform: [size, 0, 0, size, x, PAGE_HEIGHT - y],
    width,
    height: size,
    fontName: "F",
  };
}

/** What a page of these texts reads as, if the document has no other. */
export function read(...items: Item[]): string {
  return readPages(items)[0] ?? "";
}

/** What a document of these pages reads as. */
export function readPages(...pages: Item[][]): string[] {
  const isVertical = (font: string) => font === "vertical";
  const layouts = pages.map((items) => layoutOf({ items, paths: [], view: VIEW, isVertical }));
  return pageTexts(layouts, { isBold: (font) => font === "bold", depthOf: () => undefined });
}

/** Lines of prose in a column, from a line on. */
export function column(x: number, y: number, words: readonly string[]): Item[] {
  return words.map((word, index) => at(x, y + index * 12, `${word} ${"lorem ".repeat(5)}end`));
}
