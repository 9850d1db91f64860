import { isUtf8 } from "node:buffer";
import { encodingOfPage } from "./code-pages.ts";
import { decodeAs, type KnownEncoding } from "./decode-as.ts";
import { decodeText } from "./decode.ts";

/** Names that TextDecoder does not know, of what is decoded here. */
const OTHER_NAMES = new Map<string, KnownEncoding>([
  ["utf7", "utf-7"],
  ["unicode11utf7", "utf-7"],
  ["hzgb2312", "hz-gb-2312"],
  ["iso2022kr", "iso-2022-kr"],
  ["cp850", "ibm850"],
  ["ibm850", "ibm850"],
  ["cp852", "ibm852"],
  ["ibm852", "ibm852"],
  ["viscii", "viscii"],
  ["tcvn", "tcvn3"],
]);
/** Encodings of one byte a letter, in which hardly any text is valid UTF-8 as well. */
const SINGLE_BYTES = /^(?:windows-|iso-8859-|koi8-|ibm|mac|x-mac)/;

/**
 * The text of bytes in the charset that a mail or a page names; where it names none, a wrong one or one that nobody knows, in
 * the encoding that makes text of them.
 */
export function charsetText(bytes: Uint8Array, charset: string | undefined): string {
  const encoding = encodingOfCharset(charset);
  const isAscii = encoding === undefined || /^(?:us-?)?ascii|^ansi/i.test(charset ?? "");
  if (isAscii || (SINGLE_BYTES.test(encoding) && isUtf8(bytes))) return decodeText(bytes);
  const text = decodeAs(encoding, bytes);
  const broken = brokenIn(text);
  if (broken === 0) return text;
  const guessed = decodeText(bytes);
  return brokenIn(guessed) < broken ? guessed : text;
}

function encodingOfCharset(charset = ""): KnownEncoding | undefined {
  const other = OTHER_NAMES.get(charset.toLowerCase().replace(/[^a-z0-9]/g, ""));
  if (other) return other;
  const page = /^(?:x-)?(?:cp|ms|windows|ibm)[-_]?(\d{3,5})$/i.exec(charset.trim())?.[1];
  if (page) return encodingOfPage(Number(page));
  try {
    return new TextDecoder(charset.trim() as Bun.Encoding).encoding as Bun.Encoding;
  } catch {
    return undefined;
  }
}

/** What no text holds: what could not be decoded, and controls where Windows has letters. */
function brokenIn(text: string): number {
  return text.match(/[\ufffd\x80-\x9f]/g)?.length ?? 0;
}
