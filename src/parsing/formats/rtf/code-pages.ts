import { encodingOfPage } from "../../encoding/code-pages.ts";
import { decodeAs } from "../../encoding/decode-as.ts";

/** Windows' character sets of fonts (`\fcharset`) by their code pages; of the others the document's holds. */
const PAGE_OF_CHARSET = new Map([
  [77, 10000],
  [78, 10001],
  [128, 932],
  [129, 949],
  [134, 936],
  [136, 950],
  [161, 1253],
  [162, 1254],
  [163, 1258],
  [177, 1255],
  [178, 1256],
  [179, 1256],
  [180, 1256],
  [186, 1257],
  [204, 1251],
  [222, 874],
  [238, 1250],
]);

export const WESTERN: Bun.Encoding = "windows-1252";

/** Of pictures for letters, as in the fonts Symbol and Wingdings. */
const SYMBOL_CHARSET = 2;

/** The encoding of a font's character set; undefined if that is the document's own. */
export function encodingOfCharset(charset: number): Bun.Encoding | undefined {
  if (charset === SYMBOL_CHARSET) return "x-user-defined";
  const page = PAGE_OF_CHARSET.get(charset);
  return page === undefined ? undefined : encodingOfPage(page);
}

/** @param bytes one a character */
export function decodeBytes(bytes: string, encoding: Bun.Encoding): string {
  if (encoding === "x-user-defined") return bytes.replace(/[\x80-\xff]/g, "\u2022");
  // Plain ASCII is most of every file, and the same in all of them.
  if (!/[\x80-\xff]/.test(bytes)) return bytes;
  return decodeAs(encoding, Buffer.from(bytes, "latin1"));
}
