import { isChrome, isHidden, isNavigation } from "./chrome.ts";
import { elementsOf, type HtmlElement } from "./element.ts";

/** A main part, or an only article, with less of the page's prose is something else: a teaser, a shell. */
const MAIN_SHARE_MIN = 0.3;
const ARTICLE_SHARE_MIN = 0.6;
/** A head or a foot with more of the page's prose is no frame of it: it was never closed. */
const FRAME_SHARE_MAX = 0.5;
/** So much prose, and twice as much as it has in links, is no head of a site: a preamble, a summary, what leads in. */
const LEAD_PROSE_MIN = 200;
const LEAD_LINKED_SHARE_MAX = 0.5;
/** The smallest element with so much of the page's prose is what the page is about. */
const DENSE_SHARE_MIN = 0.8;
/** Of a menu's text so much is links. */
const MENU_LINKED_SHARE = 0.85;
/** A page with so many times more letters in links than in prose is a list of links. */
const INDEX_LINKED_TIMES = 2;

/** What only holds a part of a page together. */
const CONTAINERS = /^(?:html|body|div|section|article|main|center|form|font)$/;

/** Where what a page is about lies, and what of it is not part of that. */
export interface Article {
  readonly root: HtmlElement;
  readonly leavesOut: (element: HtmlElement) => boolean;
}

/** Finds the article of a page that has been weighed. */
export function articleOf(page: HtmlElement): Article {
  const frame = framesOf(page).filter(
    (each) =>
      each.prose < FRAME_SHARE_MAX * page.prose && !(each.name === "header" && leadsIn(each)),
  );
  const prose = page.prose - frame.reduce((sum, element) => sum + element.prose, 0);
  const main = outermost(page, isMain).find((each) => each.prose > MAIN_SHARE_MIN * prose);
  const within = main ?? page;
  const articles = outermost(within, ({ name }) => name === "article");
  const article = articles.find(
    (each) => each.prose >= ARTICLE_SHARE_MIN * (main ? main.prose : prose),
  );
  const isOfLinks = page.linked > INDEX_LINKED_TIMES * page.prose;
  const root = article ?? main ?? (isOfLinks ? page : densest(page, prose));
  const menus = article || main || isOfLinks ? [] : menusOf(root);
  const apart = new Set([...frame, ...menus].map(({ at }) => at));
  const leavesOut = (element: HtmlElement) => isApart(element, prose) || apart.has(element.at);
  return { root, leavesOut };
}

function isApart(element: HtmlElement, prose: number): boolean {
  return isHidden(element) || isNavigation(element) || isChrome(element, prose);
}

function isMain({ name, attributes }: HtmlElement): boolean {
  return name === "main" || attributes["role"] === "main";
}

/** The head and the foot of the whole page. */
function framesOf(page: HtmlElement): HtmlElement[] {
  const isWhole = ({ name }: HtmlElement) => /^(?:article|main|section|blockquote)$/.test(name);
  return outermost(
    page,
    ({ name }) => name === "header" || name === "footer",
    (element) => isNavigation(element) || isWhole(element) || isMain(element),
  );
}

/** The outermost elements that fit, hidden ones and those within what is passed by left out. */
function outermost(
  page: HtmlElement,
  fits: (element: HtmlElement) => boolean,
  passesBy: (element: HtmlElement) => boolean = () => false,
): HtmlElement[] {
  const found: HtmlElement[] = [];
  const search = (element: HtmlElement): void => {
    for (const child of elementsOf(element)) {
      if (isHidden(child)) continue;
      if (fits(child)) found.push(child);
      else if (!passesBy(child)) search(child);
    }
  };
  search(page);
  return found;
}

function densest(page: HtmlElement, prose: number): HtmlElement {
  let root = page;
  for (;;) {
    const next = elementsOf(root).find(
      (child) => prose > 0 && child.prose >= DENSE_SHARE_MIN * prose,
    );
    // Half a table, or a list without its marks, would be worse than a line too many.
    if (!next || !CONTAINERS.test(next.name)) return root;
    for (const before of elementsOf(root)) {
      if (before.at === next.at) break;
      if (leadsIn(before) && !isApart(before, prose)) return root;
    }
    root = next;
  }
}

/** Whether it says something by itself, rather than leading elsewhere. */
function leadsIn({ prose, linked, letters }: HtmlElement): boolean {
  return prose >= LEAD_PROSE_MIN && linked <= LEAD_LINKED_SHARE_MAX * letters;
}

/** Blocks of links and of little else: lists within a text stay. */
function menusOf(page: HtmlElement): HtmlElement[] {
  return outermost(
    page,
    (element) =>
      (element.name === "div" || element.name === "td") &&
      element.letters > 0 &&
      element.linked >= MENU_LINKED_SHARE * element.letters &&
      linksIn(element) > 1,
  );
}

function linksIn(element: HtmlElement): number {
  return elementsOf(element).reduce(
    (sum, child) => sum + (child.name === "a" ? 1 : linksIn(child)),
    0,
  );
}
