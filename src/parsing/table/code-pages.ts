import { encodingOfPage } from "../encoding/code-pages.ts";
import { decodeAs } from "../encoding/decode-as.ts";

/** What a workbook's strings of two bytes are said to be in. */
const WIDE = new Map<number, Bun.Encoding>([
  [1200, "utf-16le"],
  [1201, "utf-16be"],
]);

/** The letters of a code page, by the tables that the runtime has anyway; Western European of one it has not. */
export function decodeCodePage(codePage: number, bytes: Iterable<number>): string {
  const encoding = WIDE.get(codePage) ?? encodingOfPage(codePage) ?? "windows-1252";
  return decodeAs(encoding, Uint8Array.from(bytes));
}
