import type { Sql } from "../../postgres/sql.ts";
import type { Corpus } from "../ranking/bm25.ts";
import type { IndexedSegment, Segment } from "../segment.ts";
import type { TermSequence } from "../terms/term-sequence.ts";

/** Where segments belong. */
export interface SegmentScope {
  readonly workspaceId: string;
  readonly documentId: string;
}

/** All that a document's text was cut into. */
export interface DocumentSegments extends SegmentScope {
  readonly segments: readonly IndexedSegment[];
}

/** A question as terms (`queryTermsOf`), asked of one workspace, or of some documents in it. */
export interface SegmentQuery {
  readonly workspaceId: string;
  readonly terms: readonly string[];
  /** Candidates at most. */
  readonly limit: number;
  readonly documentIds?: readonly string[];
}

/** A segment that has terms of a question, with what the ranking needs to know of it. */
export interface Candidate {
  readonly documentId: string;
  readonly segmentIndex: number;
  /** In terms, over all fields. */
  readonly length: number;
  /** Without terms for a segment that was stored by an earlier version. */
  readonly sequence: TermSequence;
  /** BM25 within the workspace, all fields being one text: of a segment without a sequence. */
  readonly score?: number;
}

/** What an index finds for a question, and the workspace's figures that the ranking counts with. */
export interface Candidates {
  readonly corpus: Corpus;
  /** Of each term of the question that the workspace has: ln(1 + (n - df + ½) / (df + ½)). */
  readonly weights: ReadonlyMap<string, number>;
  /** The best by BM25, in any order; some may have no term of the question. */
  readonly segments: readonly Candidate[];
}

/** A segment that was found; the higher the score, the better it fits. */
export interface ScoredSegment extends Segment {
  readonly documentId: string;
  readonly documentTitle: string;
  readonly score: number;
}

/** Stores segments and finds them by BM25 within one workspace; the implementations find alike. */
export interface SegmentIndex {
  readonly kind: "pg_textsearch" | "postings";
  /**
   * Stores the segments of documents and makes them findable once the transaction commits.
   * @param onProgress told the share that is stored, up to 1
   */
  add(
    tx: Sql,
    documents: readonly DocumentSegments[],
    onProgress?: (share: number) => void,
  ): Promise<void>;
  /** Removes the segments of documents and every trace of them in the index. */
  remove(tx: Sql, documents: readonly SegmentScope[]): Promise<void>;
  candidates(sql: Sql, query: SegmentQuery): Promise<Candidates>;
}
