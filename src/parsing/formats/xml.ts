import { decodeMarkup } from "../encoding/decode-markup.ts";
import { markdownOfHtml } from "../html/markdown-of-html.ts";
import { parseXmlTree } from "../html/tree.ts";
import { lacking } from "../limits.ts";
import type { ReadContext, SourceFile } from "../reader.ts";
import { textOfXml } from "../xml/data.ts";
import { isBlockOfXml, isDocument, textOfDocument } from "../xml/document.ts";
import { textOfDrawing } from "../xml/drawing.ts";
import { localNameOf } from "../xml/elements.ts";
import { feedOf, pagesOfFeed } from "../xml/feed.ts";

/** XML: each article of a feed is a page, XHTML is read as HTML is, and all else is one page of names and values. */
export async function readXml(
  { bytes }: SourceFile,
  { limits }: Pick<ReadContext, "limits">,
): Promise<readonly string[]> {
  const xml = decodeMarkup(bytes);
  const root = parseXmlTree(xml, isBlockOfXml);
  if (!root) throw lacking("XML");
  if (localNameOf(root) === "html") return [markdownOfHtml(xml, { article: true, xhtml: true })];
  if (localNameOf(root) === "svg") return [textOfDrawing(root)];
  const feed = feedOf(root);
  if (!feed) return [isDocument(root) ? textOfDocument(root) : textOfXml(root)];
  const pages = pagesOfFeed(feed);
  // A feed has as many articles as it likes, and pages of its own it has none.
  return pages.length > limits.pagesMax ? [pages.join("\n\n")] : pages;
}
