import type { Sql } from "../postgres/sql.ts";
import { B, frequenciesOf, K1 } from "./bm25.ts";
import { termKey } from "./keys.ts";
import type {
  Candidates,
  DocumentSegments,
  SegmentIndex,
  SegmentQuery,
  SegmentScope,
} from "./segment-index.ts";
import {
  arrayOf,
  batchesOf,
  deleteSegments,
  insertSegments,
  rowsOf,
  type SegmentRow,
} from "./store.ts";
import { unpackSequence } from "./term-sequence.ts";

/** Rows that one statement inserts. */
const BATCH_SIZE_MAX = 5_000;

interface Posting {
  readonly key: bigint;
  readonly segmentId: string;
  readonly frequency: number;
  readonly length: number;
}

interface CandidateRow {
  readonly documentId: string;
  readonly segmentIndex: number;
  readonly length: number;
  readonly score: number;
  readonly sequence: string;
  readonly segmentCount: number;
  readonly meanLength: number;
  readonly weights: Readonly<Record<string, number>>;
}

/** BM25 in plain SQL over a table of postings: for databases that cannot have pg_textsearch. */
export class PostingsIndex implements SegmentIndex {
  readonly kind = "postings";

  async add(
    tx: Sql,
    documents: readonly DocumentSegments[],
    onProgress?: (share: number) => void,
  ): Promise<void> {
    const rows = rowsOf(documents);
    const ids = await insertSegments(tx, documents, rows, (share) => onProgress?.(share / 2));
    // By key, since neighbours in the index share its pages.
    const postings = rows
      .flatMap((segment, index) => postingsOf(segment, ids[index] ?? ""))
      .toSorted((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
    let stored = 0;
    for (const batch of batchesOf(postings, BATCH_SIZE_MAX)) {
      await insertPostings(tx, batch);
      stored += batch.length;
      onProgress?.((1 + stored / postings.length) / 2);
    }
  }

  async remove(tx: Sql, documents: readonly SegmentScope[]): Promise<void> {
    await deleteSegments(tx, documents);
  }

  async candidates(sql: Sql, query: SegmentQuery): Promise<Candidates> {
    const { workspaceId, documentIds, limit } = query;
    const termOf = new Map(query.terms.map((term) => [String(termKey(workspaceId, term)), term]));
    const among = documentIds
      ? sql`where segment_id in (select id from segments where document_id = any(${[...documentIds]}::uuid[]))`
      : sql``;
    // Equal scores that straddle the limit are all taken, then told apart. Rounded, since the order in
    // which a sum is formed changes its last digits.
    const rows = await sql<CandidateRow[]>`
      with corpus as (
        select sum(segment_count)::float8 as segment_count,
          sum(length_sum)::float8 / nullif(sum(segment_count), 0) as mean_length
        from segment_statistics where workspace_id = ${workspaceId}
      ), hit as materialized (
        select key, segment_id, frequency, length from postings where key = any(${[...termOf.keys()]}::bigint[])
      ), weight as materialized (
        select key, ln(1 + (segment_count - count(*) + 0.5) / (count(*) + 0.5)) as weight
        from hit, corpus group by key, segment_count
      ), best as (
        select segment_id, round(sum(weight * frequency * ${K1 + 1}::float8
          / (frequency + ${K1}::float8 * (${1 - B}::float8 + ${B}::float8 * length / mean_length)))::numeric, 6) as score
        from hit join weight using (key) cross join corpus ${among}
        group by segment_id order by score desc fetch first ${limit} rows with ties
      )
      select s.document_id as "documentId", s.segment_index as "segmentIndex", s.length, best.score::float8 as score,
        encode(s.term_sequence, 'base64') as sequence, corpus.segment_count as "segmentCount",
        corpus.mean_length as "meanLength", (select json_object_agg(key, weight) from weight) as weights
      from best join segments s on s.id = best.segment_id cross join corpus
      where s.workspace_id = ${workspaceId}
      order by best.score desc, s.document_id, s.segment_index limit ${limit}`;
    const { segmentCount = 0, meanLength = 1, weights = {} } = rows[0] ?? {};
    return {
      corpus: { segmentCount, meanLength },
      weights: new Map(
        Object.entries(weights).map(([key, weight]) => [termOf.get(key) ?? "", weight]),
      ),
      segments: rows.map(({ documentId, segmentIndex, length, score, sequence }) => {
        return { documentId, segmentIndex, length, score, sequence: unpackSequence(sequence) };
      }),
    };
  }
}

function postingsOf({ workspaceId, terms }: SegmentRow, segmentId: string): Posting[] {
  const length = terms.length;
  return Array.from(frequenciesOf(terms), ([term, frequency]) => {
    return { key: termKey(workspaceId, term), segmentId, frequency, length };
  });
}

async function insertPostings(tx: Sql, batch: readonly Posting[]): Promise<void> {
  await tx`insert into postings (key, segment_id, frequency, length)
    select * from unnest(
      ${arrayOf(batch.map(({ key }) => key))}::text::bigint[],
      ${arrayOf(batch.map(({ segmentId }) => segmentId))}::text::bigint[],
      ${arrayOf(batch.map(({ frequency }) => frequency))}::text::integer[],
      ${arrayOf(batch.map(({ length }) => length))}::text::integer[])`;
}
