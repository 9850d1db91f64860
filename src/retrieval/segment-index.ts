import type { Sql } from "../postgres/sql.ts";
import type { IndexedSegment, Segment } from "./segment.ts";

/** Where segments belong. */
export interface SegmentScope {
  readonly workspaceId: string;
  readonly documentId: string;
}

/** A question as terms (`queryTermsOf`), asked of one workspace, or of some documents in it. */
export interface SegmentQuery {
  readonly workspaceId: string;
  readonly terms: readonly string[];
  readonly limit: number;
  readonly documentIds?: readonly string[];
}

/** A segment that was found; the higher the score, the better it fits. */
export interface ScoredSegment extends Segment {
  readonly documentId: string;
  readonly documentTitle: string;
  readonly score: number;
}

/** Stores segments and finds them by BM25 within one workspace; the implementations rank alike. */
export interface SegmentIndex {
  readonly kind: "pg_textsearch" | "postings";
  /**
   * Stores a document's segments and makes them findable once the transaction commits.
   * @param onProgress told the share that is stored, up to 1
   */
  add(
    tx: Sql,
    scope: SegmentScope,
    segments: readonly IndexedSegment[],
    onProgress?: (share: number) => void,
  ): Promise<void>;
  /** Removes a document's segments and every trace of them in the index. */
  remove(tx: Sql, scope: SegmentScope): Promise<void>;
  /** Best first; equal scores by document id, then segment index. */
  search(sql: Sql, query: SegmentQuery): Promise<ScoredSegment[]>;
}
