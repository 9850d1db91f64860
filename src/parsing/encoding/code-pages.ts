/** Encodings of single bytes or their like that TextDecoder knows, by Windows' numbers of code pages. */
const ENCODINGS = new Map<number, Bun.Encoding>([
  [866, "ibm866"],
  [874, "windows-874"],
  [932, "shift_jis"],
  [936, "gb18030"],
  [949, "euc-kr"],
  [950, "big5"],
  [1250, "windows-1250"],
  [1251, "windows-1251"],
  [1252, "windows-1252"],
  [1253, "windows-1253"],
  [1254, "windows-1254"],
  [1255, "windows-1255"],
  [1256, "windows-1256"],
  [1257, "windows-1257"],
  [1258, "windows-1258"],
  [10000, "macintosh"],
  [10001, "shift_jis"],
  [10007, "x-mac-cyrillic"],
  [20127, "windows-1252"],
  [20866, "koi8-r"],
  [21866, "koi8-u"],
  [28592, "iso-8859-2"],
  [50220, "iso-2022-jp"],
  [51932, "euc-jp"],
  [54936, "gb18030"],
  [65001, "utf-8"],
]);

/** The encoding of a code page; undefined if it is unknown here. */
export function encodingOfPage(page: number): Bun.Encoding | undefined {
  return ENCODINGS.get(page);
}
