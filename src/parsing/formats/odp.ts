import { Flow } from "../flow.ts";
import { nounOf } from "../format.ts";
import { lacking } from "../limits.ts";
import {
  attributeOf,
  childOf,
  childrenOf,
  descendantsOf,
  type Element,
  elementAt,
  textOf,
} from "../markup.ts";
import { inReadingOrder } from "../reading-order.ts";
import type { ReadContext, SourceFile } from "../reader.ts";
import { boxOf } from "./odf/box.ts";
import { openOdf } from "./odf/package.ts";
import { TextBudget } from "../text-budget.ts";
import { Reading } from "./odf/reading.ts";

/** What stands on every slide alike. */
const RUNNING = new Set(["header", "footer", "date-time", "page-number", "page"]);

/**
 * OpenDocument presentations and drawings (LibreOffice Impress and Draw): each slide is a page, its title a heading,
 * its notes at its end.
 */
export async function readOdp(
  { bytes, format }: SourceFile,
  { limits, onProgress }: ReadContext,
): Promise<readonly string[]> {
  const what = nounOf(format);
  const odf = await openOdf(bytes, what, limits, () => undefined);
  const [root] = childrenOf(odf.content);
  const body = elementAt(root, "body", "presentation") ?? elementAt(root, "body", "drawing");
  if (!body) throw lacking(what);
  const budget = new TextBudget(limits);
  const reading = Reading.of(odf, new Flow());
  const slides = childrenOf(body, "page");
  const pages: string[] = [];
  for (const slide of slides) {
    const flow = new Flow();
    writeSlide(slide, reading.into(flow));
    const text = flow.text();
    budget.take(text);
    pages.push(text);
    onProgress(pages.length, slides.length);
    await Bun.sleep(0);
  }
  return pages;
}

function writeSlide(slide: Element, reading: Reading): void {
  const shapes = childrenOf(slide).filter((shape) => !isRunning(shape));
  const titles = shapes.filter((shape) => classOf(shape) === "title");
  for (const title of titles) reading.flow.heading(1, reading.lineOf(title));
  const others = shapes.filter((shape) => !titles.includes(shape) && saysSomething(shape));
  for (const shape of inReadingOrder(others, boxOf, false)) reading.block(shape);
  const notes = childOf(slide, "notes");
  if (notes) writeNotes(notes, reading);
}

function writeNotes(notes: Element, reading: Reading): void {
  const said = childrenOf(notes).filter((shape) => !isRunning(shape));
  if (said.every((shape) => reading.lineOf(shape) === "")) return;
  reading.flow.heading(2, "Notes");
  for (const shape of said) reading.block(shape);
}

/** Lines and backgrounds stand in no order. */
function saysSomething(shape: Element): boolean {
  return textOf(shape).trim() !== "" || !descendantsOf(shape, "object").next().done;
}

function isRunning(shape: Element): boolean {
  return RUNNING.has(classOf(shape)) || attributeOf(shape, "placeholder") === "true";
}

/** What part of the slide's layout it fills. */
function classOf(shape: Element): string {
  return attributeOf(shape, "class") ?? "";
}
