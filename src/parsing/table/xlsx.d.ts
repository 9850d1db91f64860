import type { ParsingOptions, WorkBook } from "@e965/xlsx";

declare module "@e965/xlsx" {
  /** Reads a workbook whose parts are unpacked already; the library exports it and leaves out its type. */
  export function parse_zip(
    zip: { readonly files: Readonly<Record<string, ZippedPart>> },
    options: TellingOptions,
  ): WorkBook;

  /** Ours takes one more. */
  export interface TellingOptions extends ParsingOptions {
    /** Told now and then what share is read, from 0 to 1. */
    readonly tell: (share: number) => void;
  }

  export interface ZippedPart {
    readonly name: string;
    readonly asNodeBuffer: () => Buffer;
  }
}
