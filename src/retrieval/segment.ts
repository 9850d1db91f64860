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
}

/** A segment with its terms, ready to be stored. */
export interface IndexedSegment extends Segment {
  readonly terms: readonly string[];
}
