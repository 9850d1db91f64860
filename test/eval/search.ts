import type { Shelf } from "./ingest.ts";
import { documentsOf } from "./ranking-measures.ts";
import type { Query } from "./set.ts";

/** What was found, and how long each query took at the client. */
export interface Searched {
  /** Query → documents of the set, best first. */
  readonly rankings: ReadonlyMap<string, readonly string[]>;
  readonly tookMs: readonly number[];
}

const SEGMENTS_MAX = 100;
const QUERY_LENGTH_MAX = 16_000;
/** Asked beforehand and not counted: a first query opens connections and compiles code. */
const WARM_UP_QUERIES = 20;

/** Asks one query after the other, so that none waits for another. */
export async function searchAll(shelf: Shelf, queries: readonly Query[]): Promise<Searched> {
  const rankings = new Map<string, readonly string[]>();
  const tookMs: number[] = [];
  for (const { text } of queries.slice(0, WARM_UP_QUERIES)) await searchOne(shelf, text);
  for (const { id, text } of queries) {
    const startedAt = performance.now();
    const ranking = await searchOne(shelf, text);
    tookMs.push(performance.now() - startedAt);
    rankings.set(id, ranking);
  }
  return { rankings, tookMs };
}

async function searchOne({ user, workspaceId, setIds }: Shelf, text: string): Promise<string[]> {
  if (text.trim() === "") return [];
  const query = text.slice(0, QUERY_LENGTH_MAX);
  const { items } = await user.search(workspaceId, query, { limit: SEGMENTS_MAX });
  return documentsOf(
    items.map(({ document_id }) => ({ documentId: setIds.get(document_id) ?? document_id })),
  );
}
