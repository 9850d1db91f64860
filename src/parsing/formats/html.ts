import { decodeMarkup } from "../encoding/decode-markup.ts";
import { markdownOfHtml } from "../html/markdown-of-html.ts";
import type { SourceFile } from "../reader.ts";

/** A page of a site: its article, as one page. */
export async function readHtml({ bytes }: SourceFile): Promise<readonly string[]> {
  return [markdownOfHtml(decodeMarkup(bytes), { article: true })];
}
