import { decodeWords } from "postal-mime";
import { charsetText } from "../encoding/charset.ts";

const PARAM = /;\s*([^\s=;"]+)\s*=\s*("(?:[^"\\]|\\.)*"?|[^;]*)/g;

/** A piece of a value, which may be cut into several and percent-encoded (RFC 2231). */
interface Piece {
  readonly index: number;
  readonly isEncoded: boolean;
  readonly text: string;
}

/** What a header says first: `text/plain` of `text/plain; charset=utf-8`. In lower case. */
export function firstOf(header: string): string {
  return (/^\s*(?:\([^()]*\)\s*)?"?([^\s;()"]+)/.exec(header)?.[1] ?? "").toLowerCase();
}

/** The parameters of a header such as Content-Type, decoded, by their names in lower case. */
export function paramsOf(header: string): ReadonlyMap<string, string> {
  const pieces = new Map<string, Piece[]>();
  for (const [, key = "", value = ""] of header.matchAll(PARAM)) {
    const [name = "", ...marks] = key.toLowerCase().split("*");
    const piece = {
      index: Number(marks[0]) || 0,
      isEncoded: marks.at(-1) === "",
      text: bare(value),
    };
    const all = pieces.get(name);
    if (all) all.push(piece);
    else pieces.set(name, [piece]);
  }
  return new Map([...pieces].map(([name, all]) => [name, joined(all)]));
}

function bare(value: string): string {
  if (!value.startsWith('"')) return value.trim();
  return value.replace(/^"|"$/g, "").replace(/\\(.)/g, "$1");
}

function joined(pieces: readonly Piece[]): string {
  const ordered = pieces.toSorted((a, b) => a.index - b.index);
  // Programs give a name twice: once for those that know the encoded way, and once for others.
  const encoded = ordered.some(({ isEncoded }) => isEncoded);
  if (!encoded) return decodeWords(ordered.map(({ text }) => text).join(""));
  const used = ordered[0]?.isEncoded ? ordered : ordered.filter(({ isEncoded }) => isEncoded);
  const [, charset = "", rest] = /^([\w.:-]*)'[^']*'([^]*)$/.exec(used[0]?.text ?? "") ?? [];
  const bytes = used.map(({ isEncoded, text }, at) => {
    const own = at === 0 ? (rest ?? text) : text;
    return isEncoded ? percentDecoded(own) : Buffer.from(own);
  });
  return charsetText(Buffer.concat(bytes), charset);
}

function percentDecoded(text: string): Buffer {
  const bytes = Buffer.from(text).toString("latin1");
  const decoded = bytes.replace(/%([0-9a-f]{2})/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return Buffer.from(decoded, "latin1");
}
