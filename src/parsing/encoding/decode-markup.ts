import { isUtf8 } from "node:buffer";
import { charsetText } from "./charset.ts";
import { decodeText } from "./decode.ts";
import { encodingOfMark } from "./unicode-bytes.ts";

/** A page says within so many bytes what encoding it is in; browsers look no further than the first 1,024. */
const DECLARED_WITHIN_BYTES = 4_096;
/** Encodings of ASCII bytes, which are UTF-8 as well. */
const SEVEN_BITS = /^(?:iso-2022-|hz|utf-7)/i;

/**
 * The text of HTML or XML: what its bytes prove it to be, else in the encoding that it declares itself to be in.
 * What is UTF-8 by its bytes is so whatever it declares, as pages that a browser has saved.
 */
export function decodeMarkup(bytes: Uint8Array): string {
  const declared = declaredCharset(bytes);
  const isUnicode = encodingOfMark(bytes) || (isUtf8(bytes) && !SEVEN_BITS.test(declared));
  if (declared === "" || isUnicode) return decodeText(bytes);
  return decodeText(Buffer.from(charsetText(bytes, declared)));
}

/** "" for Unicode, which is told by its bytes, and if nothing is said. */
function declaredCharset(bytes: Uint8Array): string {
  const head = Buffer.from(bytes.subarray(0, DECLARED_WITHIN_BYTES)).toString("latin1");
  const label =
    /^\s*<\?xml[^>]{1,200}?encoding\s*=\s*["']([\w.:-]{1,40})/.exec(head)?.[1] ??
    /<meta[^>]{1,200}?charset\s*=\s*["']?\s*([\w.:-]{1,40})/i.exec(head)?.[1] ??
    "";
  return /^(?:utf-?(?:8|16|32)|ucs|unicode$)/i.test(label) ? "" : label;
}
