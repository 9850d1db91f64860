import type { Sql } from "../postgres/sql.ts";
import type { Segment } from "./segment.ts";

/** The segments of a document in reading order, without their texts. */
export async function listSegments(
  sql: Sql,
  documentId: string,
): Promise<Omit<Segment, "text">[]> {
  const rows = await sql<
    { segment_index: number; page_idx: number; start_offset: number; end_offset: number }[]
  >`select segment_index, page_idx, start_offset, end_offset from segments
    where document_id = ${documentId} order by segment_index`;
  return rows.map((row) => ({
    segmentIndex: row.segment_index,
    pageIdx: row.page_idx,
    start: row.start_offset,
    end: row.end_offset,
  }));
}
