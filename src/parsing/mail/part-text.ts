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

/** So many lines are one string: millions of small ones take far more memory. */
const LINES_A_STEP = 5_000;

/**
 * Lines that end with a space go on in the next one, if that quotes as deep (RFC 3676).
 * @param dropsSpace that space is none of the text's
 */
function unflowed(text: string, dropsSpace: boolean): string {
  const steps: string[] = [];
  let lines: string[] = [];
  let flowing: string | undefined;
  for (const line of linesOf(text)) {
    const [, quotes = "", stuffed = ""] = /^(>*)(.*)$/.exec(line) ?? [];
    const own = stuffed.replace(/^ /, "");
    const flows = own.endsWith(" ") && own !== "-- ";
    const part = flows && dropsSpace ? own.slice(0, -1) : own;
    if (flowing === quotes && own !== "-- ") lines.push(`${lines.pop()}${part}`);
    else lines.push(quotes ? `${quotes} ${part}` : part);
    flowing = flows ? quotes : undefined;
    if (lines.length < LINES_A_STEP || flows) continue;
    steps.push(lines.join("\n"));
    lines = [];
  }
  return [...steps, ...lines].join("\n");
}

function* linesOf(text: string): Generator<string> {
  for (let at = 0; at <= text.length;) {
    const feed = text.indexOf("\n", at);
    const end = feed < 0 ? text.length : feed;
    yield text.slice(at, end);
    at = end + 1;
  }
}

/** Rich text of before HTML (RFC 1896): a single line's end is a space, a "<" is written twice. */
function unenriched(text: string): string {
  return text
    .replace(/<param>[^<]{0,1000}<\/param>/gi, "")
    .replace(/<<|<\/?[a-z][\w-]{0,60}>/gi, (mark) => (mark === "<<" ? "<" : ""))
    .replace(/\n(\n*)/g, (_, more: string) => more || " ");
}
