import type { NewJob } from "../../job/store.ts";
import type { Sql } from "../../postgres/sql.ts";
import type { SegmentScope } from "../index/segment-index.ts";
import type { VectorTable } from "./table.ts";

/** Before every document. */
export const FIRST_DOCUMENT = "00000000-0000-0000-0000-000000000000";

/** A page of the documents, in the order of their ids. */
export interface DocumentPage {
  /** Those that are to be embedded, and for which no job is there. */
  readonly bare: readonly SegmentScope[];
  /** Where the next page begins; undefined after the last. */
  readonly after: string | undefined;
}

/**
 * Looks through `limit` documents for those that lack vectors of the model. One that could not be embedded by
 * this model is not tried again by itself.
 */
export async function listBareDocuments(
  sql: Sql,
  model: string,
  { modelId }: Pick<VectorTable, "modelId">,
  after: string,
  limit: number,
): Promise<DocumentPage> {
  const rows = await sql<(SegmentScope & { bare: boolean })[]>`
    select d.id as "documentId", d.workspace_id as "workspaceId", d.status = 'ingested'
      and not exists (select from embedded_documents e where e.document_id = d.id and e.model_id = ${modelId})
      and not exists (select from embedding_jobs j where j.document_id = d.id
        and (j.status in ('queued', 'running') or j.status = 'failed' and j.payload ->> 'model' = ${model})) as bare
    from (select id, workspace_id, status from documents where id > ${after} order by id limit ${limit}) d
    order by d.id`;
  return {
    bare: rows.filter(({ bare }) => bare),
    after: rows.length === limit ? rows.at(-1)?.documentId : undefined,
  };
}

/** Takes note that a document's segments have all their vectors. */
export async function markEmbedded(
  tx: Sql,
  documentId: string,
  { modelId }: Pick<VectorTable, "modelId">,
): Promise<void> {
  await tx`insert into embedded_documents (document_id, model_id) values (${documentId}, ${modelId})
    on conflict (document_id) do update set model_id = excluded.model_id`;
}

export async function countWaiting(sql: Sql, countMax: number): Promise<number> {
  const [row] = await sql<{ count: number }[]>`
    select count(*)::integer as count from (
      select from embedding_jobs where status = 'queued' limit ${countMax}) waiting`;
  return row?.count ?? 0;
}

/** A job that embeds a document. The model is named for whoever looks why one failed. */
export function embedJob({ workspaceId, documentId }: SegmentScope, model: string): NewJob {
  return { kind: "embed", workspaceId, documentId, payload: { model } };
}
