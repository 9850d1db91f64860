import type { Reader } from "./reader.ts";

/** What reading one document may cost. */
export interface ParsingConfig {
  readonly memoryMb: number;
  readonly deadlineSeconds: number;
  readonly pagesMax: number;
  readonly textMbMax: number;
  readonly unpackedMbMax: number;
  readonly unpackedRatioMax: number;
  readonly entriesMax: number;
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
