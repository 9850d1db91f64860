import { decodeText } from "../decode.ts";
import { markdownOfHtml } from "../html/markdown-of-html.ts";
import type { SourceFile } from "../reader.ts";

/** A page of a site: its article, as one page. */
export async function readHtml({ bytes }: SourceFile): Promise<readonly string[]> {
  return [markdownOfHtml(decodeText(bytes), { article: true })];
}
