/** A quoted source: `rawText.slice(start, end)` of the document is the quoted text. Wire format. */
export interface Citation {
  readonly document_id: string;
  readonly document_title: string;
  readonly segment_index: number;
  readonly page_idx: number;
  readonly start: number;
  readonly end: number;
  readonly snippet_preview: string;
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
  };
}
