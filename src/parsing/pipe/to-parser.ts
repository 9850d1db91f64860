import type { FormatName } from "../format.ts";
import type { ReadLimits } from "../limits.ts";
import type { OcrOffer } from "../reader.ts";
import type { ParseFailure } from "./failure.ts";

/** A file on disk that is to be read, and what that may cost. */
export interface ParseRequest {
  readonly path: string;
  readonly name: string;
  readonly format: FormatName;
  readonly limits: ReadLimits;
  /** Absent where nothing recognises writing. */
  readonly ocr?: OcrOffer;
}

/** What a parser process hears on stdin, a line of JSON each: a document, or the answer to a picture it sent. */
export type ToParser =
  | { readonly kind: "parse"; readonly request: ParseRequest }
  | { readonly kind: "recognised"; readonly pages: readonly string[] }
  | { readonly kind: "unrecognised"; readonly failure: ParseFailure };
