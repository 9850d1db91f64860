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
  /** So many pages are in it; a TIFF may have several. */
  readonly pages?: number;
}

/** Who recognises writing, as a parser is told. */
export interface OcrOffer {
  /** As `parser_type` names it. */
  readonly name: string;
  /** A PDF of nothing but scans is recognised as a whole, up to so many pages; 0 if never. */
  readonly wholePdfPagesMax: number;
}

/**
 * The writing in a picture, as lines of text: a page, or several of a TIFF.
 * @throws PermanentError `parse_failed` if nothing here can recognise writing, or this picture's
 * @throws AppError if a later attempt may succeed
 */
export type Recognise = (picture: Picture) => Promise<readonly string[]>;

/** What a reader may use besides its file. */
export interface ReadContext {
  readonly limits: ReadLimits;
  /**
   * To be told how much is done, and of how much: in pages, or in whatever the reader counts where nobody knows how
   * many pages there will be.
   */
  readonly onProgress: (done: number, total: number) => void;
  /** Absent where nothing recognises writing. */
  readonly ocr?: OcrOffer | undefined;
  readonly recognise: Recognise;
  /**
   * For the operator's log: what of the file is left out, and what that came of.
   * @param what a sentence that quotes nothing of the file
   */
  readonly report: (what: string, cause: unknown) => void;
  /**
   * The pages of a file within this one, read by its own reader.
   * @throws PermanentError `parse_failed` if it cannot be read, or lies too deep
   */
  readonly readWithin: (name: string, bytes: Uint8Array) => Promise<readonly string[]>;
  /**
   * The pages of a part that is as good as a file within this one, as a mail in a mail: it counts as one.
   * @param read how, with a context of its own
   * @param unpackedBytes as many came out of the file for it
   * @throws PermanentError `parse_failed` if it cannot be read, lies too deep, or is one too many
   */
  readonly readPart: (
    read: (context: ReadContext) => Promise<readonly string[]>,
    unpackedBytes?: number,
  ) => Promise<readonly string[]>;
}

/**
 * Reads a format: its pages (or slides, sheets, chapters) in reading order, each clean text with headings, lists
 * and tables as Markdown; a format without pages is one page. Runs in the parser's own process, and may trust
 * nothing in the file.
 * @throws PermanentError `parse_failed` in one sentence that a person understands, if the file cannot be read
 */
export type Read = (file: SourceFile, context: ReadContext) => Promise<readonly string[]>;
