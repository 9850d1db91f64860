import type { Source } from "../../src/answer/answerer.ts";

/** A whole document as one passage, with something before it that offsets must skip. */
export function sourceOf(text: string, more: Partial<Source> = {}): Source {
  const start = more.start ?? 0;
  return {
    documentId: "d1",
    documentTitle: "handbook.pdf",
    segmentIndex: 0,
    pageIdx: 0,
    start,
    end: start + text.length,
    text,
    score: 1,
    ...more,
  };
}
