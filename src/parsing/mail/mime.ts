import { SAVE_APART, unreadable } from "../limits.ts";
import { type Headers, headOf } from "./head.ts";
import { firstOf, paramsOf } from "./params.ts";
import { decodeTransfer } from "./transfer.ts";

/** Parts within parts; programs that send mail make do with four. */
const DEPTH_MAX = 50;
const PARTS_MAX = 20_000;
/** As long as boundaries may be, by RFC 2046, and their dashes. */
const BOUNDARY_LINE = /^--(?=\S)(.{1,70}?)(?:--)?[ \t]*\r?$/m;
/** The beginning of a body in which a boundary is looked for that no header names, in bytes. */
const GUESS_WITHIN_BYTES = 64 * 1024;
const LINE_FEED = 10;

/** A mail, or a part of one (MIME, RFC 2045). */
export interface MimePart {
  readonly headers: Headers;
  /** As `text/plain`, in lower case. */
  readonly type: string;
  /** Of its type. */
  readonly params: ReadonlyMap<string, string>;
  /** As `attachment`; "" if nothing is said. */
  readonly disposition: string;
  /** That of its file; "" if it has none. */
  readonly name: string;
  /** Of a part of several: they. */
  readonly parts: readonly MimePart[];
  /** What lies in it, out of the encoding that it travelled in. */
  readonly content: () => Buffer;
}

/**
 * A mail as a tree of its parts, as far as it goes: what is missing or wrong about its boundaries costs no text.
 * @throws PermanentError `parse_failed` if its headers, or its parts, are beyond all measure
 */
export function mimeOf(bytes: Uint8Array): MimePart {
  const whole = withLineFeeds(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length));
  const start = whole.findIndex((byte) => byte > 0x20);
  return new MimeReader().part(whole.subarray(Math.max(start, 0)), "text/plain", 0);
}

class MimeReader {
  #parts = 0;

  part(bytes: Buffer, typeIfNone: string, depth: number): MimePart {
    if (++this.#parts > PARTS_MAX)
      throw unreadable(`The mail has more than ${PARTS_MAX} parts; ${SAVE_APART}.`);
    const { headers, end } = headOf(bytes);
    const body = bytes.subarray(end);
    const typed = headers.get("content-type");
    const type = firstOf(typed) || typeIfNone;
    const params = paramsOf(typed);
    const placed = headers.get("content-disposition");
    const encoding = firstOf(headers.get("content-transfer-encoding"));
    const parts = depth < DEPTH_MAX ? this.#partsIn(body, type, params, depth) : [];
    return {
      headers,
      type,
      params,
      disposition: firstOf(placed),
      name: paramsOf(placed).get("filename") || params.get("name") || "",
      parts,
      content: () => decodeTransfer(body, encoding),
    };
  }

  #partsIn(
    body: Buffer,
    type: string,
    params: ReadonlyMap<string, string>,
    depth: number,
  ): MimePart[] {
    if (!type.startsWith("multipart/")) return [];
    const typeIfNone = type === "multipart/digest" ? "message/rfc822" : "text/plain";
    const named = dividedBy(body, params.get("boundary") ?? "");
    const pieces = named.length > 0 ? named : dividedBy(body, boundaryIn(body));
    return pieces.map((piece) => this.part(piece, typeIfNone, depth + 1));
  }
}

/** Mails of old Macintoshes end their lines with a carriage return alone. */
function withLineFeeds(bytes: Buffer): Buffer {
  if (bytes.includes(LINE_FEED)) return bytes;
  return Buffer.from(bytes.toString("latin1").replaceAll("\r", "\n"), "latin1");
}

/** The first line of the body that looks like a boundary, without its dashes. */
function boundaryIn(body: Buffer): string {
  return BOUNDARY_LINE.exec(body.toString("latin1", 0, GUESS_WITHIN_BYTES))?.[1] ?? "";
}

/** What stands between the lines of a boundary; the last piece may lack its end. */
function dividedBy(body: Buffer, boundary: string): Buffer[] {
  const mark = Buffer.from(`--${boundary.trimEnd()}`, "latin1");
  if (mark.length === 2) return [];
  const pieces: Buffer[] = [];
  let start: number | undefined;
  for (let at = body.indexOf(mark); at >= 0; at = body.indexOf(mark, at + mark.length)) {
    if (at > 0 && body[at - 1] !== LINE_FEED) continue;
    const feed = body.indexOf(LINE_FEED, at);
    const next = feed < 0 ? body.length : feed + 1;
    const rest = body.toString("latin1", at + mark.length, Math.min(next, at + mark.length + 200));
    if (!/^(?:--)?\s*$/.test(rest)) continue;
    if (start !== undefined) pieces.push(body.subarray(start, at));
    start = rest.startsWith("--") ? undefined : next;
    if (start === undefined) return pieces;
  }
  if (start !== undefined) pieces.push(body.subarray(start));
  return pieces;
}
