import type { Sql } from "../postgres/sql.ts";
import { candidatesFor, rank } from "./ranking.ts";
import type { ScoredSegment, SegmentIndex } from "./segment-index.ts";
import { loadHits } from "./store.ts";
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
    return { segments: await this.#byTerms(sql, query), metadata: { method: "bm25" } };
  }

  async #byTerms(
    sql: Sql,
    { question, limit, ...scope }: RetrievalQuery,
  ): Promise<readonly ScoredSegment[]> {
    const terms = queryTermsOf(question);
    if (terms.length === 0) return [];
    const query = { ...scope, terms, limit: candidatesFor(limit) };
    const hits = rank(await this.index.candidates(sql, query)).slice(0, limit);
    return hits.length > 0 ? await loadHits(sql, scope.workspaceId, hits) : [];
  }
}
