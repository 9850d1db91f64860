import { damaged } from "../limits.ts";
import { charsetText } from "../encoding/charset.ts";
import { paramsOf } from "./params.ts";

const HEAD_BYTES_MAX = 2 * 1024 * 1024;
const LINE_FEED = 10;
const HEADER = /^([!-9;-~]+)[ \t]*:/;
/** Lines that mailboxes put before a mail. */
const SEPARATOR = /^>?From /;

/** The headers of a mail, or of a part of one, unfolded; of several of a name the first. */
export class Headers {
  readonly #fields = new Map<string, string>();

  /** @param lines each a header, a byte a character */
  constructor(lines: readonly string[]) {
    for (const line of lines) {
      const name = HEADER.exec(line)?.[1]?.toLowerCase() ?? "";
      if (!this.#fields.has(name)) this.#fields.set(name, line.slice(line.indexOf(":") + 1).trim());
    }
  }

  /**
   * "" if it is not there. Encoded words are left as they are; bytes beyond ASCII that stand there unencoded are
   * likely in the body's charset.
   * @param name in lower case
   */
  get(name: string): string {
    const value = this.#fields.get(name) ?? "";
    if (/^[\0-\x7f]*$/.test(value)) return value;
    const charset = paramsOf(this.#fields.get("content-type") ?? "").get("charset");
    return charsetText(Buffer.from(value, "latin1"), charset);
  }
}

export interface Head {
  readonly headers: Headers;
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
    if (line === "") return { headers: new Headers(fields), end: strayAt ?? next };
    if (next > HEAD_BYTES_MAX) throw damaged("mail");
    if (HEADER.test(line)) {
      fields.push(line);
      strayAt = undefined;
    } else if (/^[ \t]/.test(line) && fields.length > 0) fields.push(`${fields.pop()}${line}`);
    else if (!SEPARATOR.test(line)) strayAt ??= at;
    at = next;
  }
  return { headers: new Headers(fields), end: strayAt ?? bytes.length };
}
