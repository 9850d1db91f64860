import { decodeOwn, isOwn, type OwnEncoding } from "./own-encodings.ts";
import { decodeSevenBit, isSevenBit, type SevenBitEncoding } from "./seven-bit.ts";

/** An encoding before Unicode, or of it, by the standard's name or by that of one which is decoded here. */
export type KnownEncoding = Bun.Encoding | OwnEncoding | SevenBitEncoding;

const decoders = new Map<Bun.Encoding, TextDecoder>();

/**
 * The text of bytes in an encoding that is known, without a byte-order mark: what cannot be decoded becomes U+FFFD,
 * and the tone marks that windows-1258 stores apart join their letters.
 */
export function decodeAs(encoding: KnownEncoding, bytes: Uint8Array): string {
  if (isOwn(encoding)) return decodeOwn(encoding, bytes);
  if (isSevenBit(encoding)) return decodeSevenBit(encoding, bytes);
  // Rich text and old workbooks are decoded word by word.
  const decoder = decoders.get(encoding) ?? new TextDecoder(encoding);
  decoders.set(encoding, decoder);
  const text = decoder.decode(bytes);
  return encoding === "windows-1258" ? text.normalize("NFC") : text;
}
