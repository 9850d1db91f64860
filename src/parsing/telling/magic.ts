import type { Sample } from "./sample.ts";

/** A workbook from before compound files: its first record says so, and its version. */
export function isBiff(head: Uint8Array): boolean {
  return /^\x09[\x00\x02\x04\x08][\x04-\x10]\x00/.test(latin1(head, 0, 4));
}

/** The number of its format stands at the end in some, and at the beginning in others. */
export function isNotebook({ head, tail }: Sample): boolean {
  const [start, end] = [latin1(head, 0, head.length), latin1(tail, 0, tail.length)];
  return (
    /^\s*\{\s*"(cells|metadata|nbformat\w*)"\s*:/.test(start) &&
    /"nbformat"\s*:\s*\d/.test(start + end)
  );
}

/** In either order of bytes. */
export function isTiff(head: Uint8Array): boolean {
  return startsWith(head, "II*\0") || startsWith(head, "MM\0*");
}

/** "BM" begins many a text too, so the header's reserved zeros and its length are asked for as well. */
export function isBmp(head: Uint8Array): boolean {
  return (
    startsWith(head, "BM") &&
    latin1(head, 6, 10) === "\0\0\0\0" &&
    latin1(head, 15, 18) === "\0\0\0"
  );
}

/** Signed or encrypted as a whole (RFC 5652), in bytes or in letters. */
export function isSigned(head: Uint8Array): boolean {
  return (
    /^0(?:\x80|[\x81-\x84][^]{1,4}|[^])\x06\x09\*\x86H\x86\xf7\r\x01\x07[\x02\x03]/.test(
      latin1(head, 0, 20),
    ) || /^-----BEGIN (?:PKCS7|CMS)-----/.test(latin1(head, 0, 24))
  );
}

/** Of Windows, Linux or macOS. */
export function isProgram(head: Uint8Array): boolean {
  return /^(MZ|\x7fELF|[\xce\xcf]\xfa\xed\xfe|\xca\xfe\xba\xbe)/.test(latin1(head, 0, 4));
}

/** RAR, 7z, gzip, xz, bzip2 and Zstandard; ZIP is told by what lies in it. */
export function isArchive(head: Uint8Array): boolean {
  return /^(Rar!\x1a\x07|7z\xbc\xaf\x27\x1c|\x1f\x8b\x08|\xfd7zXZ\0|BZh[1-9]1AY&SY|\x28\xb5\x2f\xfd)/.test(
    latin1(head, 0, 10),
  );
}

/** What phones make of photographs. */
export function isHeic(head: Uint8Array): boolean {
  return /^ftyp(he[ivx]|mif1|msf1|avi[fs])/.test(latin1(head, 4, 12));
}

/** MP4 and its kin, Matroska, AVI, WAV, MP3, FLAC, Ogg. */
export function isFilmOrSound(head: Uint8Array): boolean {
  return (
    /^(ID3[\x02-\x04]|OggS|fLaC|\x1aE\xdf\xa3|RIFF[^]{4}(AVI |WAVE))/.test(latin1(head, 0, 12)) ||
    startsWith(head.subarray(4), "ftyp")
  );
}

/** Whether a file begins with these bytes, one a character. */
export function startsWith(head: Uint8Array, magic: string): boolean {
  return latin1(head, 0, magic.length) === magic;
}

/** Bytes as a text, one a character. */
export function latin1(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.subarray(start, end)).toString("latin1");
}
