import { markdownOfElement, markdownOfHtml } from "../html/markdown-of-html.ts";
import { elementsOf, type HtmlElement } from "../html/element.ts";
import { blocksOf, headingOf, lineOf } from "../markdown.ts";
import { localNameOf, textWithin } from "./elements.ts";

/** Prefixes of what tells of pictures and sounds under names that articles bear too. */
const MEDIA = /^(?:media|itunes|googleplay|podcast):/;

/** A feed's parts. */
interface Feed {
  readonly about: HtmlElement;
  readonly entries: readonly HtmlElement[];
}

/** RSS of any version, or Atom; undefined for other XML. */
export function feedOf(root: HtmlElement): Feed | undefined {
  const name = localNameOf(root).toLowerCase();
  const channel = elementsOf(root).find((child) => localNameOf(child) === "channel");
  if (name === "rss" && channel) return { about: channel, entries: [...named(channel, "item")] };
  if (name === "rdf" && channel) return { about: channel, entries: [...named(root, "item")] };
  if (name === "feed") return { about: root, entries: [...named(root, "entry")] };
  if (name === "entry") return { about: root, entries: [root] };
  return undefined;
}

/** A feed as articles, one page each; what the feed itself is called stands before the first. */
export function pagesOfFeed({ about, entries }: Feed): string[] {
  const [first = "", ...others] = entries.map(articleOf);
  if (about === entries[0]) return [first];
  const head = [
    headingOf(1, lineIn(about, ["title"])),
    contentIn(about, ["description", "subtitle"]),
  ];
  return [blocksOf([...head, first]), ...others];
}

function articleOf(entry: HtmlElement): string {
  const author = lineIn(entry, ["creator", "author"]);
  const date = lineIn(entry, ["pubDate", "published", "issued", "date", "updated", "modified"]);
  return blocksOf([
    headingOf(1, lineIn(entry, ["title"])),
    [author, date].filter(Boolean).join(" · "),
    contentIn(entry, ["encoded", "content", "description", "summary"]),
  ]);
}

/** The first of these that says anything, its text being HTML or holding it. */
function contentIn(parent: HtmlElement, names: readonly string[]): string {
  for (const name of names)
    for (const element of named(parent, name)) {
      const text = elementsOf(element).next().value
        ? markdownOfElement(element)
        : markdownOfHtml(textWithin(element), { article: false });
      if (text) return text;
    }
  return "";
}

function lineIn(parent: HtmlElement, names: readonly string[]): string {
  for (const name of names) {
    const texts = Array.from(named(parent, name), (element) => {
      // Atom's authors have names, and addresses that are no text.
      const [own] = named(element, "name");
      return lineOf(markdownOfHtml(textWithin(own ?? element), { article: false }));
    });
    const line = name === "title" ? texts.find(Boolean) : texts.filter(Boolean).join(", ");
    if (line) return line;
  }
  return "";
}

function named(parent: HtmlElement, name: string): IteratorObject<HtmlElement> {
  return elementsOf(parent).filter(
    (child) => localNameOf(child) === name && !MEDIA.test(child.name),
  );
}
