/** Windows' numbers of the code pages that old workbooks are written in, where they are not its own 125x. */
const ENCODINGS: Readonly<Record<number, Bun.Encoding>> = {
  866: "ibm866",
  874: "windows-874",
  932: "shift_jis",
  936: "gb18030",
  949: "euc-kr",
  950: "big5",
  1200: "utf-16le",
  1201: "utf-16be",
  1250: "windows-1250",
  1251: "windows-1251",
  1252: "windows-1252",
  1253: "windows-1253",
  1254: "windows-1254",
  1255: "windows-1255",
  1256: "windows-1256",
  1257: "windows-1257",
  1258: "windows-1258",
  10000: "macintosh",
  10007: "x-mac-cyrillic",
  20866: "koi8-r",
  21866: "koi8-u",
  65001: "utf-8",
};

const decoders = new Map<Bun.Encoding, TextDecoder>();

/** The letters of a code page, by the tables that the runtime has anyway; Western European of one it has not. */
export function decodeCodePage(codePage: number, bytes: Iterable<number>): string {
  const encoding = ENCODINGS[codePage] ?? "windows-1252";
  const decoder = decoders.get(encoding) ?? new TextDecoder(encoding, { ignoreBOM: true });
  decoders.set(encoding, decoder);
  return decoder.decode(Uint8Array.from(bytes));
}
