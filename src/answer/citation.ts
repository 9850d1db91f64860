import type { RetrievalMetadata } from "../retrieval/retriever.ts";
import type { Source } from "./answerer.ts";

/** A quoted source: `rawText.slice(start, end)` of the document is the quoted text. Wire format. */
export interface Citation {
  readonly document_id: string;
  readonly document_title: string;
  readonly segment_index: number;
  readonly page_idx: number;
  readonly start: number;
  readonly end: number;
  readonly snippet_preview: string;
  /** Its document is no longer there, or its text has become another: the offsets select nothing now. */
  readonly gone?: true;
}

/** A part of an answer and the sources that carry it. */
export interface Section {
  readonly text: string;
  readonly citations: readonly Citation[];
}

/** An answer as it is stored in an AI message. */
export interface Answer {
  readonly content: string;
  readonly metadata: {
    readonly sections: readonly Section[];
    readonly citations: readonly Citation[];
    readonly llm_usage?: Readonly<Record<string, number>>;
    /** The model's reply was cut off: this is what holds of it, or quotes in its place. */
    readonly truncated?: true;
    readonly retrieval?: RetrievalMetadata;
    /** What the question was taken to mean, where that differs. */
    readonly question?: string;
    /** By document: which of its texts the citations point into. */
    readonly rag_doc_ids?: Readonly<Record<string, string>>;
  };
}

/** Longest preview of a quoted source, in UTF-16 units. */
const PREVIEW_LENGTH_MAX = 200;

/** Cites `source.text.slice(start, end)`; the citation counts from the start of the document's raw text. */
export function citationAt(source: Source, start: number, end: number): Citation {
  return {
    document_id: source.documentId,
    document_title: source.documentTitle,
    segment_index: source.segmentIndex,
    page_idx: source.pageIdx,
    start: source.start + start,
    end: source.start + end,
    snippet_preview: previewOf(source.text.slice(start, end)),
  };
}

/** The beginning of a text, at most 200 UTF-16 units, never half of a surrogate pair. */
function previewOf(text: string): string {
  if (text.length <= PREVIEW_LENGTH_MAX) return text;
  const lastUnit = text.charCodeAt(PREVIEW_LENGTH_MAX - 1);
  const cutsPair = lastUnit >= 0xd800 && lastUnit <= 0xdbff;
  return text.slice(0, cutsPair ? PREVIEW_LENGTH_MAX - 1 : PREVIEW_LENGTH_MAX);
}
