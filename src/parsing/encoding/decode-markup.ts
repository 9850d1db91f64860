import { isUtf8 } from "node:buffer";
import { decodeAs } from "./decode-as.ts";
import { decodeText } from "./decode.ts";
import { encodingOfMark } from "./unicode-bytes.ts";

/** A page says within so many bytes what encoding it is in; browsers look no further than the first 1,024. */
const DECLARED_WITHIN_BYTES = 4_096;

/**
 * The text of HTML or XML: what its bytes prove it to be, else in the encoding that it declares itself to be in.
 * What is UTF-8 by its bytes is so whatever it declares, as pages that a browser has saved.
 */
export function decodeMarkup(bytes: Uint8Array): string {
  const declared = declaredEncoding(bytes);
  if (declared === undefined || encodingOfMark(bytes) || isUtf8(bytes)) return decodeText(bytes);
  return decodeText(Buffer.from(decodeAs(declared, bytes)));
}

/** By the standard's name of it; undefined for Unicode, which is told by its bytes, and for what is unknown. */
function declaredEncoding(bytes: Uint8Array): Bun.Encoding | undefined {
  const head = Buffer.from(bytes.subarray(0, DECLARED_WITHIN_BYTES)).toString("latin1");
  const label =
    /^\s*<\?xml[^>]{1,200}?encoding\s*=\s*["']([\w.:-]{1,40})/.exec(head)?.[1] ??
    /<meta[^>]{1,200}?charset\s*=\s*["']?\s*([\w.:-]{1,40})/i.exec(head)?.[1];
  if (label === undefined) return undefined;
  try {
    const { encoding } = new TextDecoder(label as Bun.Encoding);
    return encoding.startsWith("utf-") ? undefined : (encoding as Bun.Encoding);
  } catch {
    return undefined;
  }
}
