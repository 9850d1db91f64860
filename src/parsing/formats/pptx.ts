import type { Document, Element } from "domhandler";
import { Archive } from "../archive.ts";
import { unreadable } from "../limits.ts";
import { blocksOf, headingOf, lineOf, tableOf } from "../markdown.ts";
import {
  attributeOf,
  childOf,
  childrenOf,
  descendantsOf,
  nameOf,
  parseXml,
  textOf,
} from "../markup.ts";
import type { ReadContext, SourceFile } from "../reader.ts";

const WHAT = "presentation";
const MAIN_PART = "ppt/presentation.xml";

/** PowerPoint: each slide is a page, its title a heading, its notes at its end. */
export async function readPptx(
  { bytes }: SourceFile,
  { limits, onPage }: ReadContext,
): Promise<readonly string[]> {
  const archive = await Archive.open(bytes, WHAT, limits);
  const main = await xmlOf(archive, MAIN_PART);
  if (!main) throw unreadable(`The file is no ${WHAT}.`);
  const targets = await relationsOf(archive, MAIN_PART);
  const slides = [...descendantsOf(main, "sldid")].map((slide) =>
    targets.get(slide.attribs["r:id"] ?? ""),
  );
  const pages: string[] = [];
  for (const path of slides) {
    pages.push(path === undefined ? "" : await slideOf(archive, path));
    onPage(pages.length, slides.length);
  }
  return pages;
}

async function slideOf(archive: Archive, path: string): Promise<string> {
  const slide = await xmlOf(archive, path);
  if (!slide) return "";
  const shapes = [...descendantsOf(slide, "sptree")]
    .flatMap((tree) => childrenOf(tree))
    .map(shapeOf);
  const notesPath = [...(await relationsOf(archive, path)).values()].find((target) =>
    target.includes("/notesSlide"),
  );
  const notes = notesPath === undefined ? undefined : await xmlOf(archive, notesPath);
  return blocksOf([...shapes, notes ? notesOf(notes) : ""]);
}

/** A text box, a table, or what is grouped. */
function shapeOf(shape: Element): string {
  if (nameOf(shape) === "grpsp") return blocksOf(childrenOf(shape).map(shapeOf));
  const [table] = descendantsOf(shape, "tbl");
  if (table)
    return tableOf(childrenOf(table, "tr").map((row) => childrenOf(row, "tc").map(paragraphsOf)));
  const kind = placeholderOf(shape);
  const text = paragraphsOf(shape);
  return kind === "title" || kind === "ctrTitle" ? headingOf(1, text) : text;
}

function notesOf(notes: Document): string {
  const bodies = [...descendantsOf(notes, "sp")].filter((shape) => placeholderOf(shape) === "body");
  const text = blocksOf(bodies.map(paragraphsOf));
  return text && blocksOf([headingOf(2, "Notes"), text]);
}

/** What part of the slide's layout a shape fills. */
function placeholderOf(shape: Element): string | undefined {
  const [placeholder] = descendantsOf(shape, "ph");
  return placeholder && (attributeOf(placeholder, "type") ?? "body");
}

function paragraphsOf(shape: Element): string {
  const paragraphs = [...descendantsOf(shape, "p")].map((paragraph) =>
    lineOf(
      childrenOf(paragraph)
        .map((run) => (nameOf(run) === "br" ? " " : runOf(run)))
        .join(""),
    ),
  );
  return paragraphs.filter(Boolean).join("\n");
}

function runOf(run: Element): string {
  const text = childOf(run, "t");
  return text ? textOf(text) : "";
}

async function xmlOf(archive: Archive, path: string): Promise<Document | undefined> {
  const text = await archive.text(path);
  return text === undefined ? undefined : parseXml(text, WHAT);
}

/** Where the relations of a part lead, by their ids: paths within the archive. */
async function relationsOf(archive: Archive, part: string): Promise<Map<string, string>> {
  const folder = part.slice(0, part.lastIndexOf("/"));
  const relations = await xmlOf(archive, `${folder}/_rels${part.slice(folder.length)}.rels`);
  if (!relations) return new Map();
  return new Map(
    Array.from(descendantsOf(relations, "relationship"), (relation) => {
      const target = attributeOf(relation, "Target") ?? "";
      // A base that means nothing: only the path is wanted.
      const path = URL.parse(target, `zip:///${folder}/`)?.pathname ?? "";
      return [attributeOf(relation, "Id") ?? "", decodeURIComponent(path.replace(/^\//, ""))];
    }),
  );
}
