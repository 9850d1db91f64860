import type { TermSequence } from "./terms/term-sequence.ts";

/** A passage that is indexed, found and cited as one. Offsets are UTF-16, into the document's full text. */
export interface Segment {
  /** Zero-based, in reading order. */
  readonly segmentIndex: number;
  /** The page that `start` lies on, zero-based. */
  readonly pageIdx: number;
  readonly start: number;
  readonly end: number;
  /** Exactly `fullText.slice(start, end)`. */
  readonly text: string;
  /** The headings above it that its text does not begin with, outermost first: `Chapter 2 › Leave`; then the names
   * of its columns, where it goes on with a table; may be empty. */
  readonly headings: string;
}

/** A segment with its terms, ready to be stored. */
export interface IndexedSegment extends Segment {
  /** Of its document's title, its headings and its text: what BM25 counts. */
  readonly terms: readonly string[];
  /** The same for the ranking, which looks at where they stand. */
  readonly sequence: TermSequence;
}
