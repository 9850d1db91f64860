import type { ParsingOptions, WorkBook } from "@e965/xlsx";

declare module "@e965/xlsx" {
  /** Reads a workbook whose parts are unpacked already; the library exports it and leaves out its type. */
  export function parse_zip(
    zip: { readonly files: Readonly<Record<string, ZippedPart>> },
    options: ParsingOptions,
  ): WorkBook;

  export interface ZippedPart {
    readonly name: string;
    readonly asNodeBuffer: () => Buffer;
  }
}
