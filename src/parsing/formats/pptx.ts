import { Flow } from "../flow.ts";
import { TextBudget } from "../text-budget.ts";
import { lacking } from "../limits.ts";
import { childOf, childrenOf, type Element, elementAt } from "../markup.ts";
import { mayBeScan } from "../letter-count.ts";
import { withoutPictures } from "../markdown.ts";
import type { ReadContext, SourceFile } from "../reader.ts";
import { writingIn } from "../writing-in.ts";
import { graphicsOf } from "./ooxml/graphics.ts";
import { isTrue, OfficePackage, type Relation, relationIdOf } from "./ooxml/package.ts";
import { authorsOf, writeComments } from "./pptx/comments.ts";
import { coveringPicture, type SlideSize, slideSizeOf } from "./pptx/covering-picture.ts";
import { Layout } from "./pptx/layout.ts";
import { writePlaceholders, writeShapes } from "./pptx/slide.ts";

const WHAT = "presentation";

interface Presentation {
  readonly office: OfficePackage;
  readonly authors: ReadonlyMap<string, string>;
  readonly layouts: Map<string, Layout>;
  readonly isRightToLeft: boolean;
  readonly slideSize: SlideSize;
}

/**
 * PowerPoint: each slide is a page, those that a show passes over too, so that pages are counted as slides are:
 * its title a heading, what stands on it in reading order, then its notes and the remarks on it. Of one that is nothing
 * but a picture the writing in that is recognised.
 */
export async function readPptx(
  { bytes }: SourceFile,
  context: ReadContext,
): Promise<readonly string[]> {
  const { limits, onProgress } = context;
  const office = await OfficePackage.open(bytes, WHAT, limits);
  const path = await office.main("ppt/presentation.xml");
  const root = childOf(await office.xml(path), "presentation");
  if (!root) throw lacking(WHAT);
  const relations = await office.relations(path);
  const presentation: Presentation = {
    office,
    authors: await authorsOf(office, relations),
    layouts: new Map(),
    isRightToLeft: isTrue(root, "rtl"),
    slideSize: slideSizeOf(root),
  };
  const slides = slidePaths(root, relations);
  const budget = new TextBudget(limits);
  const pages: string[] = [];
  for (const slide of slides) {
    const text = slide === undefined ? "" : await readSlide(slide, presentation, context);
    budget.take(text);
    pages.push(text);
    onProgress(pages.length, slides.length);
  }
  return pages;
}

/** Where the slides lie, in their order; undefined for one that lies nowhere, or is there already. */
function slidePaths(root: Element, relations: readonly Relation[]): (string | undefined)[] {
  const paths = new Map(relations.map(({ id, path }) => [id, path]));
  return childrenOf(childOf(root, "sldidlst"), "sldid").map((slide) => {
    const id = relationIdOf(slide);
    const path = paths.get(id);
    paths.delete(id);
    return path;
  });
}

async function readSlide(
  path: string,
  presentation: Presentation,
  context: ReadContext,
): Promise<string> {
  const { office, authors, layouts, isRightToLeft, slideSize } = presentation;
  const relations = await office.relations(path);
  const setting = {
    layout: await Layout.of(office, path, layouts),
    graphics: await graphicsOf(office, relations),
    isRightToLeft,
  };
  const flow = new Flow();
  const content = await contentOf(office, path, "sld");
  const tree = childOf(content, "sptree");
  if (tree) writeShapes(tree, setting, flow);
  if (content && context.ocr && mayBeScan(withoutPictures(flow.text()))) {
    const id = coveringPicture(content, setting.layout, slideSize);
    const picture = relations.find((relation) => relation.id === id);
    const bytes = picture && (await office.bytes(picture.path));
    if (bytes) flow.block(await writingIn(picture.path, bytes, context));
  }
  const notes = relations.find(({ type }) => type === "notesSlide");
  if (notes) await writeNotes(office, notes.path, flow);
  await writeComments(office, relations, authors, flow);
  return flow.text();
}

async function writeNotes(office: OfficePackage, path: string, flow: Flow): Promise<void> {
  const tree = childOf(await contentOf(office, path, "notes"), "sptree");
  if (!tree) return;
  const notes = new Flow();
  writePlaceholders(tree, "body", notes);
  const text = notes.text();
  if (!text) return;
  flow.heading(2, "Notes");
  flow.block(text);
}

async function contentOf(
  office: OfficePackage,
  path: string,
  root: string,
): Promise<Element | undefined> {
  return elementAt(await office.xml(path), root, "csld");
}
