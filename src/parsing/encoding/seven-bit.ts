/** Encodings of mails that may hold nothing but ASCII, and that TextDecoder does not know. */
const DECODERS = {
  /** RFC 2152: UTF-16 in Base64, between a plus and a minus. */
  "utf-7": (text: string) =>
    text.replace(/\+([A-Za-z0-9+/]*)-?/g, (_, letters: string) =>
      letters === "" ? "+" : utf16be(Buffer.from(letters, "base64")),
    ),
  /** RFC 1843: GB 2312 between tildes and braces. */
  "hz-gb-2312": (text: string) =>
    text.replace(/~(?:\{([^~]*)(?:~\}|$)|~|\n)/g, (mark, letters: string | undefined) =>
      letters === undefined ? (mark === "~~" ? "~" : "") : raised("gb18030", letters),
    ),
  /** RFC 1557: KS X 1001 between the controls that shift out and in. */
  "iso-2022-kr": (text: string) =>
    text
      .replaceAll("\x1b$)C", "")
      .replace(/\x0e([^\x0f\n]*)\x0f?/g, (_, letters: string) => raised("euc-kr", letters)),
} as const;

export type SevenBitEncoding = keyof typeof DECODERS;

/** The text of bytes in such an encoding. */
export function decodeSevenBit(encoding: SevenBitEncoding, bytes: Uint8Array): string {
  return DECODERS[encoding](Buffer.from(bytes).toString("latin1"));
}

export function isSevenBit(encoding: string): encoding is SevenBitEncoding {
  return encoding in DECODERS;
}

function utf16be(bytes: Buffer): string {
  return new TextDecoder("utf-16be").decode(bytes.subarray(0, bytes.length & ~1));
}

/** Letters in the lower half of the bytes, which that encoding has in the upper one. */
function raised(encoding: Bun.Encoding, letters: string): string {
  return new TextDecoder(encoding).decode(
    Uint8Array.from(letters, (letter) => letter.charCodeAt(0) | 0x80),
  );
}
