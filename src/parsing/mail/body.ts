import { markdownOfHtml } from "../html/markdown-of-html.ts";
import { countLetters } from "../letter-count.ts";

/** Plain text that holds so many times fewer letters than the HTML beside it is a stub ("Your program shows no HTML"). */
const STUB_FACTOR = 1.5;

/** The body that says what the mail says: its plain text, unless the HTML says more. */
export function bodyOf({ text, html }: { readonly text: string; readonly html: string }): string {
  const plain = text.replaceAll("\r\n", "\n").trim();
  return html === "" ? plain : fuller(plain, markdownOfHtml(html, { article: false }));
}

/** Of a body's two forms the plain one, unless the rich one says more. */
export function fuller(plain: string, rich: string): string {
  return countLetters(rich) > STUB_FACTOR * countLetters(plain) || holdsData(rich) ? rich : plain;
}

/** Whether there is a table, of which plain text keeps no columns. */
function holdsData(markdown: string): boolean {
  return /^\| (--- \| )+---/m.test(markdown);
}
