import { NO_ATTRIBUTES } from "../tree/packed-tree.ts";
import type { HtmlElement } from "./element.ts";

const NAVIGATION_ROLES = new Set(
  (
    "navigation banner contentinfo search menu menubar toolbar tablist tree alertdialog doc-toc " +
    "complementary"
  ).split(" "),
);
/** An aside with one of these words belongs to the text beside it. */
const NOTE = /\b(?:note|footnotes?|admonition|callout|tip|warning|hint|important|info)\b/i;

/** What sites call their navigation, as a part of a class or an id: dropped where links are most of it. */
const NAVIGATION_NAME = namePattern(
  "nav|navbar|navbox|navigation|menu|submenu|dropdown|breadcrumbs?|sidebar|toc|pagination|pager|" +
    "footer|share|sharing|social|related|recommended|recommendations|languages?|lang|catlinks|tags",
);
/** What is no part of what a page says, links or not. */
const NOISE_NAME = namePattern(
  "cookies?|consent|gdpr|newsletter|advert|advertisement|adsbygoogle|skiplink|skip-link|skip-to-content|" +
    "jump-link|headerlink|hash-link|editsection|printfooter|noprint|site-footer|page-footer|copyright|site-sub|breadcrumbs?",
);
const LINKED_SHARE_MIN = 0.5;
/** More of a page's prose than this is what it is about, whatever its name. */
const NOISE_SHARE_MAX = 0.15;
/** Elements that bear their own subject as their id: a heading on cookies is no banner. */
const SUBJECTS = /^(?:h[1-6]|section|article|main|body|html|p|dt|dd)$/;

const HIDING_STYLE = /(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden)/i;
const HIDING_CLASS =
  /(?:^|\s)(?:sr-only|visually-?hidden|screen-reader-text|screenreader|mw-hidden)(?:\s|$)/i;

/** What a reader of the page does not see. */
export function isHidden({ name, attributes }: HtmlElement): boolean {
  if (name === "noscript" || name === "title") return true;
  if (name === "dialog" && attributes["open"] === undefined) return true;
  if (attributes === NO_ATTRIBUTES) return false;
  // Formulas are hidden behind their pictures, and tell more.
  if (attributes["class"]?.includes("mathml")) return false;
  // What a click on its tab shows belongs to the page.
  if (attributes["role"] === "tabpanel") return false;
  return (
    (attributes["hidden"] !== undefined && attributes["hidden"] !== "until-found") ||
    attributes["aria-hidden"] === "true" ||
    HIDING_STYLE.test(attributes["style"] ?? "") ||
    HIDING_CLASS.test(attributes["class"] ?? "")
  );
}

/** What says by its element or its role that it leads through the site. */
export function isNavigation({ name, attributes }: HtmlElement): boolean {
  const role = attributes["role"] ?? "";
  if (name === "nav" || NAVIGATION_ROLES.has(role)) return true;
  if (name !== "aside" || /^(?:note|doc-)/.test(role)) return false;
  return !NOTE.test(`${attributes["class"]} ${attributes["epub:type"]}`);
}

/**
 * What goes by the name of navigation or of noise, and looks it.
 * @param prose how much the whole page holds
 */
export function isChrome(element: HtmlElement, prose: number): boolean {
  const { name, attributes } = element;
  if (attributes === NO_ATTRIBUTES || SUBJECTS.test(name)) return false;
  const names = `${attributes["class"] ?? ""} ${attributes["id"] ?? ""}`;
  if (names === " " || element.prose > NOISE_SHARE_MAX * prose) return false;
  if (NOISE_NAME.test(names)) return true;
  return element.linked >= LINKED_SHARE_MIN * element.letters && NAVIGATION_NAME.test(names);
}

/** Matches a name that is a word of a list of names, or a part of one between hyphens and underscores. */
function namePattern(words: string): RegExp {
  return new RegExp(`(?:^|[\\s_-])(?:${words})(?=$|[\\s_-])`, "i");
}
