/** One page of a document's text: `start` and `end` are UTF-16 offsets into the full text. */
export interface Page {
  /** Zero-based. */
  readonly pageIdx: number;
  readonly start: number;
  readonly end: number;
}

/** What a parser makes of a file: one full text and the pages it consists of, in reading order. */
export interface ParsedDocument {
  /**
   * What read it: its format (`text`, `pdf`, …), or who recognised it as a whole (`document_ai`, `tesseract`);
   * after a plus who recognised pictures in it (`pdf+tesseract`).
   */
  readonly parserType: string;
  /** Well-formed Unicode without NUL, so that PostgreSQL stores it as it is. */
  readonly text: string;
  /** Ascending, not overlapping; a format without pages has one. */
  readonly pages: readonly Page[];
}
