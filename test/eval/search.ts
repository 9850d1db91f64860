import type { Found, FoundSegment } from "../support/client.ts";
import type { Shelf } from "./ingest.ts";
import { documentsOf } from "./ranking-measures.ts";
import type { Query } from "./set.ts";

/** What was found, and how long each query took at the client. */
export interface Searched {
  /** Query → documents of the set, best first. */
  readonly rankings: ReadonlyMap<string, readonly string[]>;
  readonly tookMs: readonly number[];
  /** How it was found, as the engine says: "bm25", "hybrid"; with what it lacked. */
  readonly methods: ReadonlySet<string>;
}

const SEGMENTS_MAX = 100;
const QUERY_LENGTH_MAX = 16_000;
/** Asked beforehand and not counted: a first query opens connections and compiles code. */
const WARM_UP_QUERIES = 20;

/** Asks one query after the other, so that none waits for another. */
export async function searchAll(shelf: Shelf, queries: readonly Query[]): Promise<Searched> {
  const rankings = new Map<string, readonly string[]>();
  const tookMs: number[] = [];
  const methods = new Set<string>();
  for (const { text } of queries.slice(0, WARM_UP_QUERIES)) await searchOne(shelf, text);
  for (const { id, text } of queries) {
    const startedAt = performance.now();
    const { items, metadata } = await searchOne(shelf, text);
    tookMs.push(performance.now() - startedAt);
    methods.add(metadata.degraded ?? metadata.method);
    rankings.set(id, documentsOf(items.map((item) => setIdOf(shelf, item))));
  }
  return { rankings, tookMs, methods };
}

async function searchOne({ user, workspaceId }: Shelf, text: string): Promise<Found> {
  return await user.search(workspaceId, text.slice(0, QUERY_LENGTH_MAX), { limit: SEGMENTS_MAX });
}

function setIdOf({ setIds }: Shelf, { document_id }: FoundSegment) {
  return { documentId: setIds.get(document_id) ?? document_id };
}
