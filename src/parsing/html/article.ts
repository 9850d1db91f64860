import { isChrome, isHidden, isNavigation } from "./chrome.ts";
import type { HtmlElement } from "./tree.ts";

/** A main part, or an only article, with less of the page's prose is something else: a teaser, a shell. */
const MAIN_SHARE_MIN = 0.3;
const ARTICLE_SHARE_MIN = 0.6;
/** The smallest element with so much of the page's prose is what the page is about. */
const DENSE_SHARE_MIN = 0.8;
/** Blocks at the top and the end of a page that are links to so much of their text are menus. */
const MENU_LINKED_SHARE = 0.7;

/** Where what a page is about lies, and what of it is not part of that. */
export interface Article {
  readonly root: HtmlElement;
  readonly leavesOut: (element: HtmlElement) => boolean;
}

/** Finds the article of a page that has been weighed. */
export function articleOf(page: HtmlElement): Article {
  const frame = new Set(framesOf(page));
  const prose = page.prose - [...frame].reduce((sum, element) => sum + element.prose, 0);
  const main = [...elementsOf(page, isMain)].find((each) => each.prose > MAIN_SHARE_MIN * prose);
  const within = main ?? page;
  const articles = [...elementsOf(within, ({ name }) => name === "article")];
  const article = articles.find(
    (each) => each.prose >= ARTICLE_SHARE_MIN * (main ? main.prose : prose),
  );
  const root = article ?? main ?? densest(page, prose);
  const menus = root === article || root === main ? new Set() : menusOf(root);
  const leavesOut = (element: HtmlElement) =>
    isHidden(element) ||
    isNavigation(element) ||
    frame.has(element) ||
    menus.has(element) ||
    isChrome(element, prose);
  return { root, leavesOut };
}

function isMain({ name, attributes }: HtmlElement): boolean {
  return name === "main" || attributes["role"] === "main";
}

/** The head and the foot of the whole page. */
function* framesOf(element: HtmlElement): Generator<HtmlElement> {
  for (const child of element.children) {
    if (typeof child === "string" || isHidden(child) || isNavigation(child)) continue;
    if (child.name === "header" || child.name === "footer") yield child;
    else if (!/^(?:article|main|section|blockquote)$/.test(child.name) && !isMain(child))
      yield* framesOf(child);
  }
}

/** The outermost elements that fit, hidden ones left out. */
function* elementsOf(
  parent: HtmlElement,
  fits: (element: HtmlElement) => boolean,
): Generator<HtmlElement> {
  for (const child of parent.children) {
    if (typeof child === "string" || isHidden(child)) continue;
    if (fits(child)) yield child;
    else yield* elementsOf(child, fits);
  }
}

function densest(page: HtmlElement, prose: number): HtmlElement {
  let root = page;
  for (;;) {
    const next = root.children.find(
      (child): child is HtmlElement =>
        typeof child !== "string" && prose > 0 && child.prose >= DENSE_SHARE_MIN * prose,
    );
    // Half a table, or a list without its marks, would be worse than a line too many.
    if (!next || next.name === "table" || /^(?:ul|ol|dl|p|pre|blockquote)$/.test(next.name))
      return root;
    root = next;
  }
}

/** The rows of links that a page begins and ends with. */
function menusOf(root: HtmlElement): Set<unknown> {
  const blocks = root.children.filter((child) => typeof child !== "string");
  const isMenu = ({ letters, linked }: HtmlElement) => linked >= MENU_LINKED_SHARE * letters;
  const first = blocks.findIndex((block) => !isMenu(block));
  const last = blocks.findLastIndex((block) => !isMenu(block));
  if (first < 0) return new Set();
  return new Set([...blocks.slice(0, first), ...blocks.slice(last + 1)].filter(isBlockOfText));
}

function isBlockOfText({ letters }: HtmlElement): boolean {
  return letters > 0;
}
