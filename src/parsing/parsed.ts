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

/** Pages are paragraphs apart, so that no sentence runs across unseen. */
const PAGE_SEPARATOR = "\n\n";

/**
 * What is no writing: control characters, of which PostgreSQL takes no NUL and a terminal takes orders, and those that
 * turn the order of what follows, so that a quotation would read otherwise than it is searched and answered from.
 * Tabs, ends of lines and pages stay.
 */
const UNSEEN = /[\0-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069]/g;

/** Joins pages into one text and says where each of them lies in it. */
export function documentOf(parserType: string, pageTexts: readonly string[]): ParsedDocument {
  const pages: Page[] = [];
  let end = 0;
  const texts = pageTexts.map((text) => text.replace(UNSEEN, "").toWellFormed());
  texts.forEach((text, pageIdx) => {
    const start = pageIdx === 0 ? 0 : end + PAGE_SEPARATOR.length;
    end = start + text.length;
    pages.push({ pageIdx, start, end });
  });
  return { parserType, text: texts.join(PAGE_SEPARATOR), pages };
}
