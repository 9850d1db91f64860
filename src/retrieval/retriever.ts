import type { Sql } from "../postgres/sql.ts";
import type { ScoredSegment, SegmentIndex } from "./segment-index.ts";
import { queryTermsOf } from "./terms.ts";

/** What is looked for, in one workspace or in some documents of it. */
export interface RetrievalQuery {
  readonly workspaceId: string;
  readonly question: string;
  /** Segments at most. */
  readonly limit: number;
  /** If given, only these documents are searched; those of another workspace hold nothing. */
  readonly documentIds?: readonly string[];
}

/** How it was found; told to clients as it is. Wire format. */
export interface RetrievalMetadata {
  readonly method: "bm25" | "hybrid";
}

export interface Retrieval {
  /** Best first. */
  readonly segments: readonly ScoredSegment[];
  readonly metadata: RetrievalMetadata;
}

/** The one door to what the documents of a workspace hold: answers and searches find the same. */
export class Retriever {
  constructor(private readonly index: SegmentIndex) {}

  async retrieve(sql: Sql, query: RetrievalQuery): Promise<Retrieval> {
    const { question, ...scope } = query;
    const terms = queryTermsOf(question);
    const segments = terms.length > 0 ? await this.index.search(sql, { ...scope, terms }) : [];
    return { segments, metadata: { method: "bm25" } };
  }
}
