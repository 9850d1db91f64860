import type { ParseFailure } from "./failure.ts";
import type { ParseRequest } from "./parse-file.ts";

/** What a parser process hears on stdin, a line of JSON each: a document, or the answer to a picture it sent. */
export type ToParser =
  | { readonly kind: "parse"; readonly request: ParseRequest }
  | { readonly kind: "recognised"; readonly pages: readonly string[] }
  | { readonly kind: "unrecognised"; readonly failure: ParseFailure };
