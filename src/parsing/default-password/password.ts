/**
 * What Excel encrypts with where its user gave no password: workbooks that are "read-only recommended", or whose
 * structure is protected. It opens them without asking (MS-OFFCRYPTO 2.3.7.4).
 */
export const DEFAULT_PASSWORD = "VelvetSweatshop";

/** As the ways to encrypt take it but for the oldest. */
export const DEFAULT_PASSWORD_BYTES = Buffer.from(DEFAULT_PASSWORD, "utf16le");

/** A number in four bytes, lowest first. */
export function littleEndian(value: number): Uint8Array {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
