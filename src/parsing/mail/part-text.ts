import { decodeMarkup } from "../encoding/decode-markup.ts";
import { charsetText } from "../encoding/charset.ts";
import type { MimePart } from "./mime.ts";

/** The text of a part of text or HTML, with its paragraphs made whole where they flow over lines. */
export function textOfPart({ type, params, content }: MimePart): string {
  const charset = params.get("charset");
  // A page says of itself what it is in.
  if (type === "text/html" && !charset) return decodeMarkup(content());
  const text = charsetText(content(), charset).replace(/\r+\n/g, "\n");
  if (/^flowed$/i.test(params.get("format") ?? ""))
    return unflowed(text, /^yes$/i.test(params.get("delsp") ?? ""));
  return /^text\/(?:enriched|richtext)$/.test(type) ? unenriched(text) : text;
}

/**
 * Lines that end with a space go on in the next one, if that quotes as deep (RFC 3676).
 * @param dropsSpace that space is none of the text's
 */
function unflowed(text: string, dropsSpace: boolean): string {
  const lines: string[] = [];
  let flowing: string | undefined;
  for (const line of text.split("\n")) {
    const [, quotes = "", stuffed = ""] = /^(>*)(.*)$/.exec(line) ?? [];
    const own = stuffed.replace(/^ /, "");
    const flows = own.endsWith(" ") && own !== "-- ";
    const part = flows && dropsSpace ? own.slice(0, -1) : own;
    if (flowing === quotes && own !== "-- ") lines.push(`${lines.pop()}${part}`);
    else lines.push(quotes && `${quotes} ${part}`.trimEnd() ? `${quotes} ${part}` : part);
    flowing = flows ? quotes : undefined;
  }
  return lines.join("\n");
}

/** Rich text of before HTML (RFC 1896): a single line's end is a space, a "<" is written twice. */
function unenriched(text: string): string {
  return text
    .replace(/<param>.*?<\/param>/gis, "")
    .replace(/<<|<\/?[a-z][\w-]{0,60}>/gi, (mark) => (mark === "<<" ? "<" : ""))
    .replace(/\n(\n*)/g, (_, more: string) => more || " ");
}
