import { pathFrom } from "../archive-path.ts";
import { Archive } from "../archive.ts";
import { decodeMarkup } from "../encoding/decode-markup.ts";
import { markdownOfHtml } from "../html/markdown-of-html.ts";
import { lacking, unreadable } from "../limits.ts";
import { blocksOf, headingOf, lineOf } from "../markdown.ts";
import {
  attributeOf,
  childOf,
  childrenOf,
  descendantsOf,
  type Element,
  parseXml,
  textOf,
} from "../markup.ts";
import type { ReadContext, SourceFile } from "../reader.ts";

const WHAT = "e-book";
/** What protects fonts from being copied, and nothing else. */
const FONT_OBFUSCATION =
  /^http:\/\/(?:www\.idpf\.org\/2008\/embedding|ns\.adobe\.com\/pdf\/enc#RC)$/;

/** A chapter as the book's package names it. */
interface Chapter {
  /** Within the archive. */
  readonly path: string;
  /** What the table of contents calls it. */
  readonly title: string | undefined;
}

/** EPUB: each chapter with text is a page, in reading order, without the table of contents. */
export async function readEpub(
  { bytes }: SourceFile,
  { limits, onProgress }: ReadContext,
): Promise<readonly string[]> {
  const archive = await Archive.open(bytes, WHAT, limits);
  await refuseProtected(archive);
  const path = await packagePathOf(archive);
  const book = path === undefined ? undefined : await xmlOf(archive, path);
  if (path === undefined || !book) throw lacking(WHAT);
  const chapters = await chaptersOf(archive, book, path);
  const pages: string[] = [];
  for (const [at, chapter] of chapters.entries()) {
    const text = await chapterOf(archive, chapter);
    if (text) pages.push(text);
    onProgress(at + 1, chapters.length);
  }
  return withTitle(book, pages);
}

async function refuseProtected(archive: Archive): Promise<void> {
  const encryption = await xmlOf(archive, "META-INF/encryption.xml");
  const methods = encryption ? [...descendantsOf(encryption, "encryptionmethod")] : [];
  if (methods.some((method) => !FONT_OBFUSCATION.test(attributeOf(method, "Algorithm") ?? "")))
    throw unreadable(`The ${WHAT} is protected against copying (DRM) and cannot be read.`);
}

async function packagePathOf(archive: Archive): Promise<string | undefined> {
  const container = await xmlOf(archive, "META-INF/container.xml");
  const files = container ? [...descendantsOf(container, "rootfile")] : [];
  const named = files.map((file) => attributeOf(file, "full-path") ?? "");
  return (
    named.find((path) => archive.has(path)) ?? archive.names().find((name) => /\.opf$/i.test(name))
  );
}

async function chaptersOf(archive: Archive, book: Element, from: string): Promise<Chapter[]> {
  const items = new Map(
    Array.from(descendantsOf(book, "item"), (item) => [attributeOf(item, "id") ?? "", item]),
  );
  const titles = await titlesOf(archive, [...items.values()], from);
  const spine = Array.from(descendantsOf(book, "itemref"), (each) =>
    items.get(attributeOf(each, "idref") ?? ""),
  );
  const listed = spine.filter((item) => item !== undefined && !isContents(item));
  // A book without an order has that of its list; no chapter is read twice.
  const read = listed.length > 0 ? listed : [...items.values()].filter(isChapter);
  const paths = new Set(read.map((item) => pathFrom(from, attributeOf(item, "href") ?? "")));
  return [...paths].map((path) => ({ path, title: titles.get(path) }));
}

function isContents(item: Element): boolean {
  return /(?:^|\s)nav(?:\s|$)/.test(attributeOf(item, "properties") ?? "");
}

function isChapter(item: Element): boolean {
  return /html/.test(attributeOf(item, "media-type") ?? "") && !isContents(item);
}

/** What the tables of contents, old and new, call the chapters, by their paths. */
async function titlesOf(
  archive: Archive,
  items: readonly Element[],
  from: string,
): Promise<ReadonlyMap<string, string>> {
  const titles = new Map<string, string>();
  const note = (path: string, title: string) => {
    if (!titles.has(path) && title) titles.set(path, title);
  };
  const read = new Set<string>();
  for (const item of items) {
    const isNcx = /dtbncx/.test(attributeOf(item, "media-type") ?? "");
    if (!isNcx && !isContents(item)) continue;
    const path = pathFrom(from, attributeOf(item, "href") ?? "");
    // A book may list the same one as often as it likes.
    const contents = read.has(path) ? undefined : await xmlOf(archive, path);
    if (!contents) continue;
    read.add(path);
    for (const link of descendantsOf(contents, isNcx ? "navpoint" : "a")) {
      const [label, target] = isNcx
        ? [childOf(link, "navlabel"), attributeOf(childOf(link, "content") ?? link, "src")]
        : [link, attributeOf(link, "href")];
      note(pathFrom(path, target ?? ""), label ? lineOf(textOf(label)) : "");
    }
  }
  return titles;
}

async function chapterOf(archive: Archive, { path, title }: Chapter): Promise<string> {
  const bytes = await archive.bytes(path);
  if (!bytes) return "";
  const text = markdownOfHtml(decodeMarkup(bytes), { article: false, xhtml: true });
  if (!text || title === undefined || /^#{1,6} /m.test(text)) return text;
  return blocksOf([headingOf(1, title), text]);
}

/** The book's title and who wrote it, before its first page unless that tells. */
function withTitle(book: Element, pages: readonly string[]): readonly string[] {
  const [first = "", ...others] = pages;
  const [metadata] = descendantsOf(book, "metadata");
  if (!metadata) return [first, ...others];
  const title = lineOf(childrenOf(metadata, "title").slice(0, 1).map(textOf).join());
  const author = lineOf(childrenOf(metadata, "creator").map(textOf).join(", "));
  const head = [
    first.includes(title) ? "" : headingOf(1, title),
    first.includes(author) ? "" : author,
  ];
  return [blocksOf([...head, first]), ...others];
}

async function xmlOf(archive: Archive, path: string): Promise<Element | undefined> {
  const text = await archive.text(path);
  return text === undefined ? undefined : parseXml(text, WHAT);
}
