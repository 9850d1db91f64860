import type { Sql } from "../../postgres/sql.ts";
import { B, type Corpus, frequenciesOf, K1 } from "../ranking/bm25.ts";
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
} from "../store.ts";
import { NO_SEQUENCE, unpackSequences } from "../terms/term-sequence.ts";

/** Rows that one statement inserts. */
const BATCH_SIZE_MAX = 5_000;

interface Posting {
  readonly key: bigint;
  readonly segmentId: bigint;
  readonly frequency: number;
  readonly length: number;
}

interface CandidateRow {
  readonly documentId: string;
  readonly segmentIndex: number;
  readonly length: number;
  readonly sequence: string;
  /** Of a segment without a sequence. */
  readonly score: number | null;
  /** What counts for all rows, in the first. */
  readonly shared: Shared | null;
}

/** Of the workspace. */
interface Shared extends Corpus {
  /** Of each key. */
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
    await insertSegments(tx, documents, rows, (share) => onProgress?.(share / 2));
    // By key, since neighbours in the index share its pages.
    const postings = rows
      .flatMap(postingsOf)
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
      ? sql`array(select id from segments
          where document_id = any(${arrayOf(documentIds)}::text::uuid[]) and workspace_id = ${workspaceId})`
      : sql`null`;
    const rows = await sql<CandidateRow[]>`
      select s.document_id as "documentId", s.segment_index as "segmentIndex", s.length,
        encode(s.term_sequence, 'base64') as sequence, case when s.term_sequence = '' then found.score end as score,
        case when found.place = 1 then json_build_object('segmentCount', found.segment_count,
          'meanLength', found.mean_length, 'weights', found.weights) end as shared
      from find_candidates(${workspaceId}, ${arrayOf([...termOf.keys()])}::text::bigint[], ${among}, ${limit},
        ${K1}, ${B}) with ordinality found (segment_id, score, segment_count, mean_length, weights, place)
      -- One by one, since a planner that guesses would rather read the whole table.
      cross join lateral (
        select document_id, segment_index, length, term_sequence from segments
        where id = found.segment_id and workspace_id = ${workspaceId} limit 1) s`;
    const { weights = {}, ...corpus } = rows[0]?.shared ?? { segmentCount: 0, meanLength: 1 };
    const sequences = unpackSequences(rows.map(({ sequence }) => sequence));
    return {
      corpus,
      weights: new Map(
        Object.entries(weights).map(([key, weight]) => [termOf.get(key) ?? "", weight]),
      ),
      segments: rows.map(({ documentId, segmentIndex, length, score }, at) => {
        const sequence = sequences[at] ?? NO_SEQUENCE;
        return { documentId, segmentIndex, length, sequence, ...(score !== null && { score }) };
      }),
    };
  }
}

function postingsOf({ id: segmentId, workspaceId, terms }: SegmentRow): Posting[] {
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
