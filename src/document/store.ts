import { AppError } from "../error.ts";
import { type Page, type Placed, readPage } from "../list/page.ts";
import type { Paging } from "../list/paging.ts";
import { pageUnitOf } from "../parsing/format.ts";
import type { Json, Sql } from "../postgres/sql.ts";
import type { Document, DocumentStatus } from "./document.ts";

interface DocumentRow {
  readonly id: string;
  readonly title: string;
  readonly status: DocumentStatus;
  readonly source_type: string;
  readonly created_at: Date;
  readonly updated_at: Date;
}

export interface StoredFile {
  readonly id: string;
  readonly documentId: string;
  readonly storageKey: string;
  readonly originalFilename: string;
  readonly mimeType: string;
  readonly sizeBytes: number;
  readonly checksum: string;
}

/** Wire format of a document's newest parse job. */
export interface ParseJob {
  readonly id: string;
  readonly status: string;
  readonly error_message: string | null;
  readonly retry_count: number;
  readonly started_at: string | null;
  readonly finished_at: string | null;
}

/** Its times are texts where they come as part of JSON. */
type ParseJobRow = Omit<ParseJob, "started_at" | "finished_at"> & {
  readonly started_at: Date | string | null;
  readonly finished_at: Date | string | null;
};

/** A document whose file is stored. */
export interface UploadedDocument {
  readonly workspaceId: string;
  readonly sourceType: string;
  readonly file: StoredFile;
}

/** Inserts documents, each with its file. @returns in their order */
export async function insertDocuments(
  tx: Sql,
  uploaded: readonly UploadedDocument[],
): Promise<Document[]> {
  const given = tx.json(uploaded.map(toJson));
  const rows = await tx<DocumentRow[]>`
    insert into documents (id, workspace_id, title, status, source_type)
    select id, workspace_id, title, 'pending', source_type
    from jsonb_to_recordset(${given}) as d (id uuid, workspace_id uuid, title text, source_type text)
    returning id, title, status, source_type, created_at, updated_at`;
  await tx`
    insert into files (id, document_id, storage_key, original_filename, mime_type, size_bytes, checksum)
    select file_id, id, storage_key, title, mime_type, size_bytes, checksum
    from jsonb_to_recordset(${given}) as f (file_id uuid, id uuid, storage_key text, title text, mime_type text,
      size_bytes bigint, checksum text)`;
  const documents = new Map(rows.map((row) => [row.id, row]));
  return uploaded.map(({ file }) => toDocument(documents.get(file.documentId)));
}

function toJson({ workspaceId, sourceType, file }: UploadedDocument): Json {
  return {
    id: file.documentId,
    workspace_id: workspaceId,
    title: file.originalFilename,
    source_type: sourceType,
    file_id: file.id,
    storage_key: file.storageKey,
    mime_type: file.mimeType,
    size_bytes: file.sizeBytes,
    checksum: file.checksum,
  };
}

const LISTING = { at: "d.created_at", id: "d.id", order: "desc", changing: ["d"] } as const;

/** Newest first. */
export async function listDocuments(
  sql: Sql,
  workspaceId: string,
  paging: Paging,
): Promise<Page<Document>> {
  return await readPage(
    sql,
    paging,
    LISTING,
    (page) => sql<Placed<DocumentRow>[]>`
      select d.id, d.title, d.status, d.source_type, d.created_at, d.updated_at, ${page.place}
      from documents d
      where d.workspace_id = ${workspaceId} and ${page.within}
      ${page.ending}`,
    toDocument,
  );
}

export async function listDocumentIds(sql: Sql, workspaceId: string): Promise<string[]> {
  const rows = await sql<{ id: string }[]>`
    select id from documents where workspace_id = ${workspaceId} order by id`;
  return rows.map((row) => row.id);
}

/** @throws AppError `document_not_found` */
export async function findDocument(sql: Sql, workspaceId: string, id: string): Promise<Document> {
  const [row] = await sql<DocumentRow[]>`
    select id, title, status, source_type, created_at, updated_at from documents
    where id = ${id} and workspace_id = ${workspaceId}`;
  return toDocument(row);
}

/**
 * A document and its newest parse job, as they are at one and the same moment.
 * @throws AppError `document_not_found`
 */
export async function findDocumentDetail(
  sql: Sql,
  workspaceId: string,
  id: string,
): Promise<{ document: Document; parse_job: ParseJob | null }> {
  const [row] = await sql<(DocumentRow & { parse_job: ParseJobRow | null })[]>`
    select id, title, status, source_type, created_at, updated_at,
      (select to_jsonb(newest) from (
        select id, status, error_message, retry_count, started_at, finished_at from parse_jobs
        where document_id = documents.id order by created_at desc, id desc limit 1) newest) as parse_job
    from documents where id = ${id} and workspace_id = ${workspaceId}`;
  return {
    document: toDocument(row),
    parse_job: row?.parse_job ? toParseJob(row.parse_job) : null,
  };
}

/** Locks the document against other changes until the transaction ends. */
export async function lockDocument(tx: Sql, workspaceId: string, id: string): Promise<Document> {
  const [row] = await tx<DocumentRow[]>`
    select id, title, status, source_type, created_at, updated_at from documents
    where id = ${id} and workspace_id = ${workspaceId} for update`;
  return toDocument(row);
}

/** Locks those that are there against other changes until the transaction ends. @returns their statuses, by id */
export async function lockDocuments(
  tx: Sql,
  ids: readonly string[],
): Promise<Map<string, DocumentStatus>> {
  const rows = await tx<Pick<DocumentRow, "id" | "status">[]>`
    select id, status from documents where id = any(${[...ids]}::uuid[]) order by id for update`;
  return new Map(rows.map(({ id, status }) => [id, status]));
}

export async function setDocumentStatus(
  tx: Sql,
  ids: readonly string[],
  status: DocumentStatus,
): Promise<void> {
  await tx`update documents set status = ${status}, updated_at = now() where id = any(${[...ids]}::uuid[])`;
}

/** @throws AppError `document_not_found` */
export async function findFile(sql: Sql, documentId: string): Promise<StoredFile> {
  const [file] = await findFiles(sql, [documentId]);
  if (!file || file instanceof Error) throw file ?? documentNotFound();
  return file;
}

/** The files of documents, in their order; the error of `findFile` for one that has none. */
export async function findFiles(
  sql: Sql,
  documentIds: readonly string[],
): Promise<(StoredFile | AppError)[]> {
  const rows = await sql<
    {
      id: string;
      document_id: string;
      storage_key: string;
      original_filename: string;
      mime_type: string;
      size_bytes: string;
      checksum: string;
    }[]
  >`select distinct on (document_id) id, document_id, storage_key, original_filename, mime_type, size_bytes, checksum
    from files where document_id = any(${[...documentIds]}::uuid[]) order by document_id, created_at desc`;
  const files = new Map(rows.map((row) => [row.document_id, row]));
  return documentIds.map((documentId) => {
    const row = files.get(documentId);
    if (!row) return documentNotFound();
    return {
      id: row.id,
      documentId,
      storageKey: row.storage_key,
      originalFilename: row.original_filename,
      mimeType: row.mime_type,
      sizeBytes: Number(row.size_bytes),
      checksum: row.checksum,
    };
  });
}

export async function findNewestParseJob(sql: Sql, documentId: string): Promise<ParseJob | null> {
  const [row] = await sql<ParseJobRow[]>`
    select id, status, error_message, retry_count, started_at, finished_at from parse_jobs
    where document_id = ${documentId} order by created_at desc, id desc limit 1`;
  return row ? toParseJob(row) : null;
}

function documentNotFound(): AppError {
  return new AppError("document_not_found", "The document does not exist.");
}

function toDocument(row: DocumentRow | undefined): Document {
  if (!row) throw documentNotFound();
  return {
    id: row.id,
    title: row.title,
    status: row.status,
    source_type: row.source_type,
    page_unit: pageUnitOf(row.source_type),
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
  };
}

function toParseJob({ started_at, finished_at, ...job }: ParseJobRow): ParseJob {
  return { ...job, started_at: instantOf(started_at), finished_at: instantOf(finished_at) };
}

function instantOf(time: Date | string | null): string | null {
  return time === null ? null : new Date(time).toISOString();
}
