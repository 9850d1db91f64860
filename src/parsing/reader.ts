import type { FormatName } from "./format.ts";
import type { ReadLimits } from "./limits.ts";

/** A file that is to be read, or one within it. */
export interface SourceFile {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly format: FormatName;
}

/** A picture of writing: a scan, a photograph. */
export interface Picture {
  readonly bytes: Uint8Array;
  /** PNG, JPEG, TIFF, GIF, BMP or WebP. */
  readonly mimeType: string;
}

/** What a reader may use besides its file. */
export interface ReadContext {
  readonly limits: ReadLimits;
  /** To be told after each page, slide, sheet or chapter how many are done, and of how many. */
  readonly onPage: (done: number, total: number) => void;
  /**
   * The writing in a picture, as lines of text.
   * @throws PermanentError `parse_failed` if nothing here can recognise writing
   */
  readonly recognise: (picture: Picture) => Promise<string>;
  /**
   * The pages of a file within this one, read by its own reader.
   * @throws PermanentError `parse_failed` if it cannot be read, or lies too deep
   */
  readonly readWithin: (name: string, bytes: Uint8Array) => Promise<readonly string[]>;
}

/**
 * Reads a format: its pages (or slides, sheets, chapters) in reading order, each clean text with headings, lists
 * and tables as Markdown; a format without pages is one page. Runs in the parser's own process, and may trust
 * nothing in the file.
 * @throws PermanentError `parse_failed` in one sentence that a person understands, if the file cannot be read
 */
export type Read = (file: SourceFile, context: ReadContext) => Promise<readonly string[]>;
