import type { Reader } from "./reader.ts";

/** What reading one document may cost, whatever it holds. */
export interface ParsingConfig {
  /** Of the process that reads it. */
  readonly memoryMb: number;
  readonly deadlineSeconds: number;
  /** Pages, slides, sheets or chapters, those of files within it among them. */
  readonly pagesMax: number;
  /** Text that comes of it, in MB of UTF-16 units. */
  readonly textMbMax: number;
  /** What its archives hold once they are unpacked, in MB, and as a multiple of what they take packed. */
  readonly unpackedMbMax: number;
  readonly unpackedRatioMax: number;
  /** Files in one archive. */
  readonly entriesMax: number;
  /** Files within files within files. */
  readonly nestingMax: number;
}

export function readParsing(reader: Reader): ParsingConfig {
  return {
    memoryMb: reader.integer("PARSE_MEMORY_MB", 1_024, 128, 65_536),
    deadlineSeconds: reader.integer("PARSE_DEADLINE_SECONDS", 120, 1, 86_400),
    pagesMax: reader.integer("PARSE_PAGES_MAX", 5_000, 1, 100_000),
    textMbMax: reader.integer("PARSE_TEXT_MB_MAX", 200, 1, 400),
    unpackedMbMax: reader.integer("PARSE_UNPACKED_MB_MAX", 1_024, 1, 65_536),
    unpackedRatioMax: reader.integer("PARSE_UNPACKED_RATIO_MAX", 100, 1, 100_000),
    entriesMax: reader.integer("PARSE_ARCHIVE_ENTRIES_MAX", 10_000, 1, 1_000_000),
    nestingMax: reader.integer("PARSE_NESTING_MAX", 10, 0, 100),
  };
}
