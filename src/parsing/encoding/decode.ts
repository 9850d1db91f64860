import { decodeAs, type KnownEncoding } from "./decode-as.ts";
import { guessLegacyEncoding } from "./guess.ts";
import { countUtf8, decodeUtf8 } from "./mixed.ts";
import { decodeUtf32, encodingOfMark, unmarkedUnicode } from "./unicode-bytes.ts";

/** Damaged UTF-8 is told from another encoding on so many bytes. */
const DAMAGE_SAMPLE_BYTES = 1024 * 1024;

/** Escape sequences by which ISO-2022-JP, all of it ASCII bytes, switches to Japanese. */
const JAPANESE_ESCAPE = /\x1b\$[@B]|\x1b\([JI]/;

/**
 * The text of a file in whatever encoding it is in.
 *
 * The text stays as it is but for this: the byte-order mark and NUL go, CRLF becomes LF, what cannot be
 * decoded becomes U+FFFD, and the tone marks that windows-1258 stores apart join their letters.
 */
export function decodeText(bytes: Uint8Array): string {
  const encoding = encodingOf(bytes);
  if (encoding === "utf-32le" || encoding === "utf-32be")
    return clean(decodeUtf32(bytes, encoding === "utf-32le"));
  return clean(encoding === "utf-8" ? decodeUtf8(bytes) : decodeAs(encoding, bytes));
}

type Encoding = KnownEncoding | "utf-32le" | "utf-32be";

function encodingOf(bytes: Uint8Array): Encoding {
  return encodingOfMark(bytes) ?? unmarkedUnicode(bytes) ?? encodingOfAsciiSuperset(bytes);
}

function encodingOfAsciiSuperset(bytes: Uint8Array): KnownEncoding {
  const sample = bytes.subarray(0, DAMAGE_SAMPLE_BYTES);
  if (JAPANESE_ESCAPE.test(Buffer.from(sample).toString("latin1"))) return "iso-2022-jp";
  if (isMostlyUtf8(sample.subarray(0, lastBoundary(sample)))) return "utf-8";
  return guessLegacyEncoding(bytes);
}

/** One broken character, as a cut log has it, or a line from elsewhere does not make a text of UTF-8 anything else. */
function isMostlyUtf8(sample: Uint8Array): boolean {
  const { good, broken } = countUtf8(sample);
  return broken === 0 || good >= 2 * broken;
}

/** Where the sample's last whole UTF-8 character ends, if the file went on and the sample cut one. */
function lastBoundary(sample: Uint8Array): number {
  if (sample.length < DAMAGE_SAMPLE_BYTES) return sample.length;
  let end = sample.length;
  while (end > sample.length - 4 && (sample[end - 1] ?? 0) >= 0x80) end--;
  return end;
}

function clean(text: string): string {
  const unmarked = text.startsWith("\ufeff") ? text.slice(1) : text;
  return unmarked.replaceAll("\0", "").replaceAll("\r\n", "\n").toWellFormed();
}
