import { type ChildNode, isTag, isText } from "domhandler";
import { parseDocument } from "htmlparser2";

/** Plain text that holds so many times fewer letters than the HTML beside it is a stub ("Your program shows no HTML"). */
const STUB_FACTOR = 2;

const NEVER_TEXT = new Set(["head", "script", "style", "title", "template"]);
const INLINE = new Set(
  "a abbr b bdi bdo big cite code del em font i ins kbd mark q s small span strong sub sup u".split(
    " ",
  ),
);

/** The body that says what the mail says: its plain text, unless the HTML says more. */
export function bodyOf({ text, html }: { readonly text: string; readonly html: string }): string {
  const plain = text.replaceAll("\r\n", "\n").trim();
  if (html === "") return plain;
  const rich = textOfHtml(html);
  return lettersOf(rich) > STUB_FACTOR * lettersOf(plain) ? rich : plain;
}

function lettersOf(text: string): number {
  return text.match(/[\p{L}\p{N}]/gu)?.length ?? 0;
}

function textOfHtml(html: string): string {
  const parts: string[] = [];
  const waiting: (ChildNode | string)[] = parseDocument(html).children.toReversed();
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (typeof next === "string") parts.push(next);
    else if (isText(next)) parts.push(next.data.replace(/\s+/g, " "));
    else if (isTag(next) && !NEVER_TEXT.has(next.name)) {
      const edge = INLINE.has(next.name) ? "" : "\n";
      parts.push(edge);
      waiting.push(edge, ...next.children.toReversed());
    }
  }
  return parts
    .join("")
    .replace(/ *\n\s*/g, "\n")
    .trim();
}
