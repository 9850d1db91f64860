import type { Fragment, Sql } from "../postgres/sql.ts";

/**
 * The version of a document's stored text, as a UUID: the same text of the same document has the same one,
 * however often it is parsed. Made of hashes of the text's parts, so that no long text is put together for it.
 * @param document an expression of the statement that it becomes part of
 */
function textVersion(sql: Sql, document: string): Fragment {
  return sql.unsafe(`left(encode(sha256(convert_to(${document}::text || coalesce((
    select string_agg(encode(sha256(convert_to(t.content, 'UTF8')), 'hex'), '' order by t.part_index)
    from document_texts t where t.document_id = ${document}), ''), 'UTF8')), 'hex'), 32)::uuid`);
}

/** The versions of documents' stored texts, by document. */
export async function findTextVersions(
  sql: Sql,
  documentIds: readonly string[],
): Promise<Map<string, string>> {
  const rows = await sql<{ id: string; version: string }[]>`
    select d.id, ${textVersion(sql, "d.id")} as version from documents d
    where d.id = any(${[...documentIds]}::uuid[])`;
  return new Map(rows.map(({ id, version }) => [id, version]));
}

/** The same, and until the transaction ends nobody replaces the texts. */
export async function lockTextVersions(
  tx: Sql,
  documentIds: readonly string[],
): Promise<Map<string, string>> {
  await tx`select from documents where id = any(${[...documentIds]}::uuid[]) order by id for no key update`;
  // A statement of its own: one that had to wait for the lock would see the texts of before.
  return await findTextVersions(tx, documentIds);
}

/** Notes which text of these documents is the indexed one from now on, by document. */
export async function noteIndexedTexts(
  tx: Sql,
  versions: ReadonlyMap<string, string>,
): Promise<void> {
  await tx`
    insert into rag_documents as r (document_id, rag_doc_id)
    select * from unnest(${[...versions.keys()]}::uuid[], ${[...versions.values()]}::uuid[])
    on conflict (document_id) do update set rag_doc_id = excluded.rag_doc_id,
      created_at = case when r.rag_doc_id = excluded.rag_doc_id then r.created_at else now() end`;
}

/** Where the stored text is another than the indexed one, what points into the latter holds no more. */
export async function forgetOtherTexts(tx: Sql, documentIds: readonly string[]): Promise<void> {
  await tx`delete from rag_documents r
    where r.document_id = any(${[...documentIds]}::uuid[]) and r.rag_doc_id <> ${textVersion(tx, "r.document_id")}`;
}

/** A document's text that is both stored and indexed. */
export interface IndexedText {
  readonly documentId: string;
  readonly version: string;
  readonly since: Date;
}

/** Those of documents that are there, in no order. */
export async function findIndexedTexts(
  sql: Sql,
  documentIds: readonly string[],
): Promise<IndexedText[]> {
  return await sql<IndexedText[]>`
    select document_id as "documentId", rag_doc_id as version, created_at as since
    from rag_documents where document_id = any(${[...documentIds]}::uuid[])`;
}
