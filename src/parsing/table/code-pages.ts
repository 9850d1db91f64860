import { encodingOfPage } from "../encoding/code-pages.ts";

/** What a workbook's strings of two bytes are said to be in. */
const WIDE = new Map<number, Bun.Encoding>([
  [1200, "utf-16le"],
  [1201, "utf-16be"],
]);

const decoders = new Map<Bun.Encoding, TextDecoder>();

/** The letters of a code page, by the tables that the runtime has anyway; Western European of one it has not. */
export function decodeCodePage(codePage: number, bytes: Iterable<number>): string {
  const encoding = WIDE.get(codePage) ?? encodingOfPage(codePage) ?? "windows-1252";
  const decoder = decoders.get(encoding) ?? new TextDecoder(encoding, { ignoreBOM: true });
  decoders.set(encoding, decoder);
  return decoder.decode(Uint8Array.from(bytes));
}
