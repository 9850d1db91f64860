import { blocksOf, headingOf, lineOf } from "../markdown.ts";
import { articleOf } from "./article.ts";
import { BlockWriter } from "./blocks.ts";
import { isHidden } from "./chrome.ts";
import { elementsOf, type HtmlElement, isSilentHtml } from "./element.ts";
import { inlineOf, type LeavesOut, withoutMarks } from "./inline.ts";
import { type HtmlTree, parseHtml } from "./tree.ts";
import { weigh } from "./weigh.ts";

/** How HTML is to be read. */
export interface HtmlReading {
  /** Whether it is a page of a site, of which the article is wanted; else all that is seen is. */
  readonly article: boolean;
  /** Whether it is known to be XHTML, whose elements may close themselves; else it is told by how it begins. */
  readonly xhtml?: boolean;
}

/** An article so short, of a page that holds so many times more, was not found: better all of the page then. */
const SUSPICIOUS_CHARS = 200;
const SUSPICIOUS_TIMES = 10;

/**
 * HTML of any kind as Markdown: headings, paragraphs, lists, tables, quotes and code, without scripts, styles and what
 * is hidden. The title of a page whose article has no heading of the first level becomes one. Malformed HTML is read
 * as far as it goes; time and memory are linear in its length.
 */
export function markdownOfHtml(html: string, { article, xhtml }: HtmlReading): string {
  const tree = parseHtml(html, xhtml);
  const markdown = article ? markdownOfPage(tree) : markdownOf(tree.root, isHidden);
  if (markdown) return markdown;
  // What is hidden is better than nothing: a script may have been meant to show it.
  const hidden = markdownOf(tree.root, ({ name }) => name === "title");
  return article ? blocksOf([headingOf(1, tree.title), lineOf(tree.description), hidden]) : hidden;
}

/** HTML that lies within XML, as it does in feeds, as Markdown. */
export function markdownOfElement(element: HtmlElement): string {
  const leavesOut = (each: HtmlElement) => isHidden(each) || isSilentHtml(each);
  return markdownOf(element, leavesOut);
}

function markdownOfPage({ root: page, title }: HtmlTree): string {
  weigh(page);
  const { root, leavesOut } = articleOf(page);
  const article = markdownOf(root, leavesOut);
  const whole = article.length < SUSPICIOUS_CHARS ? markdownOf(page, isHidden) : "";
  const text = whole.length > SUSPICIOUS_TIMES * article.length ? whole : article;
  if (!text || /^# /m.test(text)) return text;
  return blocksOf([headingOf(1, headlineOf(page, root) ?? title), text]);
}

function markdownOf(root: HtmlElement, leavesOut: LeavesOut): string {
  return blocksOf(new BlockWriter(leavesOut).write(root.children).end());
}

/** The page's first heading, if it lies before the article. */
function headlineOf(page: HtmlElement, article: HtmlElement): string | undefined {
  for (const child of elementsOf(page)) {
    if (child.at === article.at) return undefined;
    if (isHidden(child)) continue;
    if (child.name === "h1")
      return lineOf(withoutMarks(inlineOf(child.children, isHidden))) || undefined;
    const within = headlineOf(child, article);
    if (within !== undefined) return within;
  }
  return undefined;
}
