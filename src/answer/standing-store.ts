import type { Sql } from "../postgres/sql.ts";
import type { Source } from "./answerer.ts";

/** A source that is still there as it was found. */
export interface StandingSource {
  readonly documentId: string;
  readonly segmentIndex: number;
  /** Which text of its document it is of; null while that is being replaced by another. */
  readonly version: string | null;
}

/**
 * Those of some sources that still stand, in no order. Until the transaction ends their documents are not
 * deleted: whoever hears of a deletion has heard of the answer before.
 */
export async function lockStandingSources(
  tx: Sql,
  sources: readonly Source[],
): Promise<StandingSource[]> {
  if (sources.length === 0) return [];
  return await tx<StandingSource[]>`
    select d.id as "documentId", s.segment_index as "segmentIndex", r.rag_doc_id as version
    from unnest(${sources.map(({ documentId }) => documentId)}::uuid[],
      ${sources.map(({ segmentIndex }) => segmentIndex)}::integer[], ${sources.map(({ start }) => start)}::integer[],
      ${sources.map(({ text }) => text)}::text[]) source (document_id, segment_index, start_offset, text)
    join segments s using (document_id, segment_index, start_offset, text)
    join documents d on d.id = s.document_id
    left join rag_documents r on r.document_id = d.id
    for key share of d`;
}
