import { damaged } from "../limits.ts";
import { charsetText } from "./charset.ts";
import { paramsOf } from "./params.ts";

const HEAD_BYTES_MAX = 2 * 1024 * 1024;
const LINE_FEED = 10;
const HEADER = /^([!-9;-~]+)[ \t]*:/;
/** Lines that mailboxes put before a mail. */
const SEPARATOR = /^>?From /;

/** The headers of a mail, or of a part of one. */
export interface Head {
  /** By their names in lower case, unfolded; of several of a name the first. Encoded words are left as they are. */
  readonly headers: ReadonlyMap<string, string>;
  /** Where the body begins. */
  readonly end: number;
}

/**
 * Headers up to the first empty line (RFC 5322). Lines that are none are passed over, but for those right before the
 * end: there the empty line is missing, and the body has begun.
 * @throws PermanentError `parse_failed` if they are beyond all measure
 */
export function headOf(bytes: Buffer): Head {
  const fields: string[] = [];
  let strayAt: number | undefined;
  for (let at = 0; at < bytes.length;) {
    const feed = bytes.indexOf(LINE_FEED, at);
    const next = feed < 0 ? bytes.length : feed + 1;
    const line = bytes.toString("latin1", at, Math.min(next, HEAD_BYTES_MAX)).trimEnd();
    if (line === "") return headWith(fields, strayAt ?? next);
    // What is no mail at all is a body from its first line on.
    if (next > HEAD_BYTES_MAX) throw damaged("mail");
    if (HEADER.test(line)) {
      fields.push(line);
      strayAt = undefined;
    } else if (/^[ \t]/.test(line) && fields.length > 0) fields.push(`${fields.pop()}${line}`);
    else if (!SEPARATOR.test(line)) strayAt ??= at;
    at = next;
  }
  return headWith(fields, strayAt ?? bytes.length);
}

function headWith(fields: readonly string[], end: number): Head {
  const raw = new Map<string, string>();
  for (const field of fields) {
    const name = HEADER.exec(field)?.[1]?.toLowerCase() ?? "";
    if (!raw.has(name)) raw.set(name, field.slice(field.indexOf(":") + 1).trim());
  }
  const charset = paramsOf(raw.get("content-type") ?? "").get("charset");
  const headers = new Map([...raw].map(([name, value]) => [name, textOf(value, charset)]));
  return { headers, end };
}

/** Bytes beyond ASCII that stand there unencoded, likely in the body's charset. */
function textOf(value: string, charset: string | undefined): string {
  return /^[\0-\x7f]*$/.test(value) ? value : charsetText(Buffer.from(value, "latin1"), charset);
}
