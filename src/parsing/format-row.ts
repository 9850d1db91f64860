import type { Read } from "./reader.ts";
import type { Sample } from "./telling/sample.ts";

/** What people count a document by. */
export type PageUnit = "page" | "slide" | "sheet" | "part";

/** What is to be known of a format. */
export interface FormatRow {
  readonly name: string;
  /** What a list of all that is read calls it: formats of one kind stand in it once. */
  readonly kind: string;
  /** What a sentence calls such a file. */
  readonly noun: string;
  readonly extensions: readonly string[];
  readonly mimeType: string;
  /** The `source_type` of the REST answers; the name, if nothing is said. */
  readonly sourceType?: string;
  /** What its pages are to people, if not pages. */
  readonly pageUnit?: PageUnit;
  /** It is text as it stands, so that reading it costs next to nothing. */
  readonly isText?: boolean;
  /** Loads the reader with the first file of its kind: a parser that reads texts only stays small. */
  readonly load: () => Promise<Read>;
  /**
   * True if the bytes alone prove the format, whatever the file is called. A container (ZIP, OLE) whose kind is the
   * row's name is proven without.
   */
  readonly proves?: (sample: Sample) => boolean;
  /** True if a file that bears one of the extensions may hold these bytes. */
  readonly accepts: (sample: Sample) => boolean;
}
