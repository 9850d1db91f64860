import { markdownOfHtml } from "../html/markdown-of-html.ts";
import { blocksOf } from "../markdown.ts";
import { fuller } from "./body.ts";
import type { MimePart } from "./mime.ts";
import { textOfPart } from "./part-text.ts";
import { uuencodedIn } from "./transfer.ts";

/** A file that a mail brings. */
export interface MailFile {
  readonly name: string;
  readonly type: string;
  readonly bytes: () => Uint8Array;
}

/** What a mail says, and the files that it brings. */
export interface Contents {
  readonly text: string;
  readonly files: readonly MailFile[];
}

/** Parts for programs: what proves the rest, or says how it looks. */
const FOR_PROGRAMS =
  /^(?:application\/(?:x-)?(?:pkcs7-signature|pgp-(?:signature|encrypted|keys))|text\/(?:css|(?:ecma|java)script|x-amp-html|watch-html))$/;
/** Of several parts that no boundary divides, their text as it stands. */
const WRITTEN = /^(?:text(?:\/(?:plain|html|enriched|richtext))?|multipart\/.*)$/;

/** What lies in a mail or a part of one: its texts in their order, of each in several forms the one that says most. */
export function contentsOf(part: MimePart, isRelated = false): Contents {
  if (part.parts.length > 0) return contentsOfParts(part);
  if (FOR_PROGRAMS.test(part.type)) return { text: "", files: [] };
  return isBody(part)
    ? writtenIn(part)
    : { text: "", files: isForPeople(part, isRelated) ? [fileOf(part)] : [] };
}

function contentsOfParts({ type, parts }: MimePart): Contents {
  const isRelated = type === "multipart/related";
  const all = parts.map((part) => ({ part, ...contentsOf(part, isRelated) }));
  const files = all.flatMap((each) => each.files);
  if (type !== "multipart/alternative")
    return { text: blocksOf(all.map(({ text }) => text)), files };
  const plain = all.find(({ part, text }) => part.type === "text/plain" && text)?.text ?? "";
  const rich = all.findLast(({ part, text }) => part.type !== "text/plain" && text)?.text ?? "";
  return { text: rich ? fuller(plain, rich) : plain, files };
}

/** Text that is no file, as far as one can tell: what bears a name of its own is one. */
function isBody({ type, disposition, headers }: MimePart): boolean {
  if (!WRITTEN.test(type) || disposition === "attachment") return false;
  return !/filename/i.test(headers.get("content-disposition"));
}

function writtenIn(part: MimePart): Contents {
  const written = textOfPart(part);
  if (part.type === "text/html")
    return { text: markdownOfHtml(written, { article: false }), files: [] };
  const { text, files } = uuencodedIn(written);
  const found = files.map(({ name, bytes }) => ({ name, type: "", bytes: () => bytes }));
  return { text: text.trim(), files: found };
}

/** No picture that belongs to the looks of the body. */
function isForPeople({ type, name, disposition, headers }: MimePart, isRelated: boolean): boolean {
  if (!type.startsWith("image/")) return true;
  const isShown = headers.get("content-id") !== "" && (isRelated || disposition === "inline");
  return name !== "" && !isShown;
}

function fileOf({ name, type, content }: MimePart): MailFile {
  return { name, type, bytes: content };
}
