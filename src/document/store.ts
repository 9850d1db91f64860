import { AppError } from "../error.ts";
import {
  hasChanged,
  inOrder,
  isBehind,
  type Page as ListPage,
  type Placed,
  placeOf,
  readPage,
} from "../list/page.ts";
import type { Paging } from "../list/paging.ts";
import type { Page, ParsedDocument } from "../parsing/parsed.ts";
import type { Json, Sql } from "../postgres/sql.ts";
import type { Document, DocumentStatus } from "./document.ts";
import { forgetOtherText } from "./text-version.ts";

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

/** A part of the raw text is cut here, at a boundary between characters. UTF-16 units. */
const TEXT_PART_LENGTH = 200_000;

export async function insertDocument(
  tx: Sql,
  workspaceId: string,
  fields: { id: string; title: string; sourceType: string },
  file: StoredFile,
): Promise<Document> {
  const [row] = await tx<DocumentRow[]>`
    insert into documents (id, workspace_id, title, status, source_type)
    values (${fields.id}, ${workspaceId}, ${fields.title}, 'pending', ${fields.sourceType})
    returning id, title, status, source_type, created_at, updated_at`;
  await tx`
    insert into files (id, document_id, storage_key, original_filename, mime_type, size_bytes, checksum)
    values (${file.id}, ${fields.id}, ${file.storageKey}, ${file.originalFilename}, ${file.mimeType},
      ${file.sizeBytes}, ${file.checksum})`;
  return toDocument(row);
}

const PLACE = { at: "d.created_at", id: "d.id" } as const;

/** Newest first. */
export async function listDocuments(
  sql: Sql,
  workspaceId: string,
  paging: Paging,
): Promise<ListPage<Document>> {
  return await readPage(
    sql,
    paging,
    (part) => sql<Placed<DocumentRow>[]>`
      select d.id, d.title, d.status, d.source_type, d.created_at, d.updated_at, ${placeOf(sql, PLACE)}
      from documents d
      where d.workspace_id = ${workspaceId} and ${isBehind(sql, part.after, PLACE, "desc")}
        and ${hasChanged(sql, part, ["d"])}
      ${inOrder(sql, part, PLACE, "desc")}`,
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
  id: string,
  status: DocumentStatus,
): Promise<void> {
  await tx`update documents set status = ${status}, updated_at = now() where id = ${id}`;
}

export async function findFile(sql: Sql, documentId: string): Promise<StoredFile> {
  const [row] = await sql<
    {
      id: string;
      storage_key: string;
      original_filename: string;
      mime_type: string;
      size_bytes: string;
      checksum: string;
    }[]
  >`select id, storage_key, original_filename, mime_type, size_bytes, checksum from files
    where document_id = ${documentId} order by created_at desc limit 1`;
  if (!row) throw documentNotFound();
  return {
    id: row.id,
    documentId,
    storageKey: row.storage_key,
    originalFilename: row.original_filename,
    mimeType: row.mime_type,
    sizeBytes: Number(row.size_bytes),
    checksum: row.checksum,
  };
}

export async function findNewestParseJob(sql: Sql, documentId: string): Promise<ParseJob | null> {
  const [row] = await sql<
    {
      id: string;
      status: string;
      error_message: string | null;
      retry_count: number;
      started_at: Date | null;
      finished_at: Date | null;
    }[]
  >`select id, status, error_message, retry_count, started_at, finished_at from parse_jobs
    where document_id = ${documentId} order by created_at desc, id desc limit 1`;
  if (!row) return null;
  return {
    ...row,
    started_at: row.started_at?.toISOString() ?? null,
    finished_at: row.finished_at?.toISOString() ?? null,
  };
}

/** Replaces the raw text and pages of a document. */
export async function storeText(tx: Sql, id: string, parsed: ParsedDocument): Promise<void> {
  await tx`delete from document_texts where document_id = ${id}`;
  let index = 0;
  for (const content of partsOf(parsed.text))
    await tx`insert into document_texts (document_id, part_index, content)
      values (${id}, ${index++}, ${content})`;
  const pages: Json = parsed.pages.map(({ pageIdx, start, end }) => [pageIdx, start, end]);
  await tx`update documents set pages = ${tx.json(pages)} where id = ${id}`;
  await forgetOtherText(tx, id);
}

/** @returns null until the document has been parsed */
export async function loadText(
  sql: Sql,
  id: string,
): Promise<{ title: string; text: string; pages: Page[] } | null> {
  const [row] = await sql<{ title: string; pages: [number, number, number][] | null }[]>`
    select title, pages from documents where id = ${id}`;
  if (!row?.pages) return null;
  const parts = await sql<{ content: string }[]>`
    select content from document_texts where document_id = ${id} order by part_index`;
  return {
    title: row.title,
    text: parts.map((part) => part.content).join(""),
    pages: row.pages.map(([pageIdx, start, end]) => ({ pageIdx, start, end })),
  };
}

function* partsOf(text: string): Generator<string> {
  for (let start = 0; start < text.length;) {
    let end = Math.min(start + TEXT_PART_LENGTH, text.length);
    // A surrogate pair stays whole, or neither half could be stored.
    if (end < text.length && isHighSurrogate(text.charCodeAt(end - 1))) end--;
    yield text.slice(start, end);
    start = end;
  }
}

function isHighSurrogate(code: number): boolean {
  return code >= 0xd800 && code <= 0xdbff;
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
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
  };
}
