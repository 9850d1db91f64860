import { unreadable } from "../limits.ts";
import { OPEN_SEALED } from "../mail/mail.ts";
import { nameOfSigned, seal, signedContent } from "../mail/signed.ts";
import type { ReadContext, SourceFile } from "../reader.ts";

/**
 * A file with a signature around it (S/MIME, CAdES): a mail's body, or any other, as "contract.pdf.p7m". It is read
 * as what was signed.
 */
export async function readSigned(
  { name, bytes }: SourceFile,
  { readWithin }: ReadContext,
): Promise<readonly string[]> {
  const packed = binaryOf(bytes);
  const content = signedContent(packed);
  if (!content) throw unreadable(REASONS[seal(packed)]);
  return await readWithin(nameOfSigned(name.replace(/\.p7[ms]$/i, ""), content), content);
}

const REASONS = {
  encrypted: `The file is encrypted; ${OPEN_SEALED}`,
  signed: "The file is a signature alone; upload what was signed with it.",
  unknown: "The signed file is damaged and cannot be read.",
} as const;

/** Some programs write it in letters (Base64), with a line before and after (PEM) or without. */
function binaryOf(bytes: Uint8Array): Uint8Array {
  const isBinary = (bytes[0] ?? 0) === 0x30 && (bytes[1] ?? 0) >= 0x80;
  if (isBinary) return bytes;
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");
  return Buffer.from(text.replace(/^-----.*$/gm, ""), "base64");
}
