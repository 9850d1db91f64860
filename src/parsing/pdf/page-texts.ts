import { furnitureOf } from "./furniture.ts";
import { bodySizeOf, candidatesOf, type Signs } from "./headings.ts";
import { joinHyphens } from "./hyphens.ts";
import type { Layout } from "./layout.ts";
import type { Line } from "./line.ts";
import { type Heading, markdownOf } from "./markdown-page.ts";
import { levelsOf } from "./scheme.ts";

/** The texts of a document's pages, now that all of them are known: without running heads, with headings. */
export function pageTexts(pages: readonly Layout[], signs: Omit<Signs, "bodySize">): string[] {
  const bodySize = bodySizeOf(pages.map(({ main }) => main));
  const furniture = furnitureOf(pages, bodySize);
  const main = pages.map((page) =>
    page.main.map((stretch) => stretch.filter((line) => !furniture.has(line))),
  );
  const candidates = main.flatMap((stretches, pageIdx) =>
    candidatesOf(pageIdx, stretches, { ...signs, bodySize }),
  );
  const headings = new Map<Line, Heading>();
  for (const [{ lines, text }, level] of levelsOf(candidates, main.flat(2).length))
    if (lines[0]) headings.set(lines[0], { lines, text, level });
  return joinHyphens(
    pages.map((page, index) => markdownOf({ ...page, main: main[index] ?? [] }, headings)),
  );
}
