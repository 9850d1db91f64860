import type { Sql } from "../postgres/sql.ts";
import type { Corpus } from "./ranking/bm25.ts";
import type { IndexedSegment, Segment } from "./segment.ts";
import type { DocumentSegments, ScoredSegment, SegmentScope } from "./index/segment-index.ts";
import { packSequence } from "./terms/term-sequence.ts";

/** Segments that one statement inserts: about 1 MB of text. */
const BATCH_SIZE_MAX = 500;

/** A list in parts that one statement can carry. */
export function batchesOf<T>(items: readonly T[], size: number): T[][] {
  const batches: T[][] = [];
  for (let from = 0; from < items.length; from += size)
    batches.push(items.slice(from, from + size));
  return batches;
}

/**
 * Numbers as one array literal, to be cast with `::text::integer[]` or the like: for thousands of rows
 * the client's own arrays take twice as long, quoting each element.
 */
export function arrayOf(numbers: readonly (number | bigint | string)[]): string {
  return `{${numbers.join(",")}}`;
}

/** A segment of one of the documents that are stored together. */
export type SegmentRow = IndexedSegment & SegmentScope & { readonly id: bigint };

export function rowsOf(documents: readonly DocumentSegments[]): SegmentRow[] {
  return documents.flatMap(({ workspaceId, documentId, segments }) =>
    segments.map((segment) => ({ ...segment, workspaceId, documentId, id: randomId() })),
  );
}

/** 64 bits, signed. In the order of random ids the first segments that have a term are a fair sample of all. */
function randomId(): bigint {
  return crypto.getRandomValues(new BigInt64Array(1))[0] ?? 0n;
}

/** Stores segments, and what BM25 wants to know of their documents. */
export async function insertSegments(
  tx: Sql,
  documents: readonly DocumentSegments[],
  rows: readonly SegmentRow[],
  onProgress?: (share: number) => void,
): Promise<void> {
  let stored = 0;
  for (const batch of batchesOf(rows, BATCH_SIZE_MAX)) {
    await insertBatch(tx, batch);
    stored += batch.length;
    onProgress?.(stored / rows.length);
  }
  const lengths = documents.map(({ segments }) =>
    segments.reduce((sum, { terms }) => sum + terms.length, 0),
  );
  await tx`insert into segment_statistics (document_id, workspace_id, segment_count, length_sum)
    select * from unnest(
      ${arrayOf(documents.map(({ documentId }) => documentId))}::text::uuid[],
      ${arrayOf(documents.map(({ workspaceId }) => workspaceId))}::text::uuid[],
      ${arrayOf(documents.map(({ segments }) => segments.length))}::text::integer[],
      ${arrayOf(lengths)}::text::bigint[])`;
}

async function insertBatch(tx: Sql, batch: readonly SegmentRow[]): Promise<void> {
  await tx`
    insert into segments (id, document_id, workspace_id, segment_index, page_idx, start_offset, end_offset, length, text,
      headings, term_sequence)
    select id, document_id, workspace_id, segment_index, page_idx, start_offset, end_offset, length, text,
      headings, decode(term_sequence, 'base64')
    from unnest(
      ${arrayOf(batch.map(({ id }) => id))}::text::bigint[],
      ${arrayOf(batch.map(({ documentId }) => documentId))}::text::uuid[],
      ${arrayOf(batch.map(({ workspaceId }) => workspaceId))}::text::uuid[],
      ${arrayOf(batch.map(({ segmentIndex }) => segmentIndex))}::text::integer[],
      ${arrayOf(batch.map(({ pageIdx }) => pageIdx))}::text::integer[],
      ${arrayOf(batch.map(({ start }) => start))}::text::integer[],
      ${arrayOf(batch.map(({ end }) => end))}::text::integer[],
      ${arrayOf(batch.map(({ terms }) => terms.length))}::text::integer[],
      ${batch.map(({ text }) => text)}::text[],
      ${batch.map(({ headings }) => headings)}::text[],
      ${batch.map(({ sequence }) => packSequence(sequence))}::text[])
      as added (id, document_id, workspace_id, segment_index, page_idx, start_offset, end_offset, length, text,
        headings, term_sequence)`;
}

/**
 * Removes the segments and statistics of documents; what the indexes hold of them goes with them. Until the
 * transaction ends no other replaces the same documents: of two at once, the second would not see the
 * first one's rows and store its own beside them.
 */
export async function deleteSegments(tx: Sql, documents: readonly SegmentScope[]): Promise<void> {
  const ids = arrayOf(documents.map(({ documentId }) => documentId));
  const workspaceIds = arrayOf(documents.map(({ workspaceId }) => workspaceId));
  const within = tx`workspace_id = any(${workspaceIds}::text::uuid[])`;
  const of = tx`document_id = any(${ids}::text::uuid[]) and ${within}`;
  await tx`select from documents where id = any(${ids}::text::uuid[]) and ${within} order by id for no key update`;
  await tx`delete from segments where ${of}`;
  await tx`delete from segment_statistics where ${of}`;
}

/** Where a document's segments lie, in reading order; none before it is ingested. */
export async function listSegments(
  sql: Sql,
  documentId: string,
): Promise<Omit<Segment, "text" | "headings">[]> {
  return await sql<Omit<Segment, "text" | "headings">[]>`
    select segment_index as "segmentIndex", page_idx as "pageIdx", start_offset as "start", end_offset as "end"
    from segments where document_id = ${documentId} order by segment_index`;
}

/** A segment's place, and how well it fits a question. */
export interface Hit {
  readonly documentId: string;
  readonly segmentIndex: number;
  readonly score: number;
}

/** The whole segments behind hits, in the same order; those of another workspace are left out. */
export async function loadHits(
  sql: Sql,
  workspaceId: string,
  hits: readonly Hit[],
): Promise<ScoredSegment[]> {
  return await sql<ScoredSegment[]>`
    select s.document_id as "documentId", d.title as "documentTitle", s.segment_index as "segmentIndex",
      s.page_idx as "pageIdx", s.start_offset as "start", s.end_offset as "end", s.text, s.headings,
      hit.score
    from unnest(${arrayOf(hits.map(({ documentId }) => documentId))}::text::uuid[],
      ${arrayOf(hits.map(({ segmentIndex }) => segmentIndex))}::text::integer[],
      ${arrayOf(hits.map(({ score }) => score))}::text::float8[]) with ordinality hit (document_id, segment_index, score, place)
    -- Looked up one by one: a join of the tables takes as long to plan as to run.
    cross join lateral (
      select document_id, segment_index, page_idx, start_offset, end_offset, text, headings from segments where document_id = hit.document_id and segment_index = hit.segment_index
        and workspace_id = ${workspaceId} limit 1) s
    cross join lateral (select title from documents where id = s.document_id limit 1) d
    order by hit.place`;
}

/** The statistics of a workspace. */
export async function loadCorpus(sql: Sql, workspaceId: string): Promise<Corpus> {
  const [row] = await sql<Corpus[]>`
    select coalesce(sum(segment_count), 0)::float8 as "segmentCount",
      coalesce(sum(length_sum)::float8 / nullif(sum(segment_count), 0), 1) as "meanLength"
    from segment_statistics where workspace_id = ${workspaceId}`;
  return row ?? { segmentCount: 0, meanLength: 1 };
}
