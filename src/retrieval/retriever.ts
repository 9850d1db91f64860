import type { Sql } from "../postgres/sql.ts";
import { join, type Meanings, type SemanticSearch } from "./vector/semantic-search.ts";
import { distinctOf } from "./ranking/distinct.ts";
import { candidatesFor, rank } from "./ranking/ranking.ts";
import { RERANKED_MAX, type Reranking } from "./reranking.ts";
import type { Candidates, ScoredSegment, SegmentIndex } from "./index/segment-index.ts";
import { type Hit, loadHits } from "./store.ts";
import { codesOf } from "./terms/term-sequence.ts";
import { positionedTermsOf, queryTermsOf } from "./terms/terms.ts";

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
  /** By words alone, or by vectors as well. */
  readonly method: "bm25" | "hybrid";
  /** Whether a reranker has put it into this order. */
  readonly reranked?: true;
  /** Why it is less than it might be, in one sentence. */
  readonly degraded?: string;
}

export interface Retrieval {
  /** Best first. */
  readonly segments: readonly ScoredSegment[];
  /** How rare each term of the question is in the workspace, in nats; those that it has not are the rarest. */
  readonly rarities: ReadonlyMap<string, number>;
  readonly metadata: RetrievalMetadata;
}

/** What makes finding better, where it is configured. */
export interface Refinements {
  readonly semantic?: SemanticSearch | undefined;
  readonly reranking?: Reranking | undefined;
}

/** Hits of each way of finding that are joined, where there are several and fewer segments are asked for. */
const JOINED_MIN = 100;

/**
 * Rarities are taken as if among so many segments at least: the one segment of a first document has every
 * term that it has, and a question about those is still one that it answers.
 */
const RARITY_SEGMENTS_MIN = 100;

/** Of what was found by vectors too, so many times more is read than is shown: some of it may be copies. */
const COPIES_FACTOR = 2;

/** The one door to what the documents of a workspace hold: answers and searches find the same. */
export class Retriever {
  constructor(
    private readonly index: SegmentIndex,
    private readonly refinements: Refinements = {},
  ) {}

  async retrieve(sql: Sql, query: RetrievalQuery): Promise<Retrieval> {
    const { question, workspaceId, limit } = query;
    const { reranking } = this.refinements;
    const wanted = reranking ? Math.max(limit, RERANKED_MAX) : limit;
    const { hits, rarities, metadata } = await this.#find(sql, { ...query, limit: wanted });
    // What was found by words tells nothing twice, but a copy may be found by its vector.
    const isMixed = metadata.method === "hybrid";
    const best = hits.slice(0, isMixed ? COPIES_FACTOR * wanted : wanted);
    const loaded = best.length > 0 ? await loadHits(sql, workspaceId, best) : [];
    const found = isMixed ? distinctOf(loaded, wanted, codesOfText) : loaded;
    if (!reranking) return { segments: found, rarities, metadata };
    const { segments, degraded } = await reranking.reorder(question, found);
    const how = degraded === undefined ? { reranked: true as const } : { degraded };
    return { segments: segments.slice(0, limit), rarities, metadata: { ...how, ...metadata } };
  }

  async #find(sql: Sql, query: RetrievalQuery): Promise<Found> {
    const { semantic } = this.refinements;
    const wide = semantic ? { ...query, limit: Math.max(query.limit, JOINED_MIN) } : query;
    const [{ hits, rarities }, meanings] = await Promise.all([
      this.#byTerms(sql, wide),
      semantic?.find(wide),
    ]);
    return { ...(await joined(sql, hits, meanings)), rarities };
  }

  async #byTerms(
    sql: Sql,
    { question, limit, ...scope }: RetrievalQuery,
  ): Promise<Pick<Found, "hits" | "rarities">> {
    const terms = queryTermsOf(question);
    if (terms.length === 0) return { hits: [], rarities: new Map() };
    const query = { ...scope, terms, limit: candidatesFor(limit) };
    const candidates = await this.index.candidates(sql, query);
    return { hits: rank(candidates, limit), rarities: raritiesOf(terms, candidates) };
  }
}

function codesOfText({ text }: ScoredSegment): Int32Array {
  return codesOf(positionedTermsOf(text));
}

/** The formula of `Candidates.weights`, in a workspace that is not too small to tell. */
function raritiesOf(
  terms: readonly string[],
  { corpus, weights }: Candidates,
): Map<string, number> {
  const size = corpus.segmentCount + 1;
  const more = Math.log(Math.max(size, RARITY_SEGMENTS_MIN) / size);
  const rarest = Math.log(size / 0.5);
  return new Map(terms.map((term) => [term, (weights.get(term) ?? rarest) + more]));
}

interface Found {
  readonly hits: readonly Hit[];
  readonly rarities: ReadonlyMap<string, number>;
  readonly metadata: RetrievalMetadata;
}

async function joined(
  sql: Sql,
  byWords: readonly Hit[],
  meanings: Meanings | undefined,
): Promise<Omit<Found, "rarities">> {
  if (!meanings) return { hits: byWords, metadata: { method: "bm25" } };
  if ("degraded" in meanings)
    return { hits: byWords, metadata: { method: "bm25", degraded: meanings.degraded } };
  if (meanings.hits.length === 0) return { hits: byWords, metadata: { method: "bm25" } };
  return { hits: await join(sql, byWords, meanings), metadata: { method: "hybrid" } };
}
