import { AppError } from "../error.ts";
import type { NewEvent } from "../event/event.ts";
import type { PageUnit } from "../parsing/format-row.ts";
import type { OpenWorkspace } from "../workspace/workspace.ts";

/**
 *   pending ──parse──▶ parsed ──ingest──▶ ingested
 *      ╲                 ╱                   │
 *       ╲──▶ error ◀────╱      reprocess: back to pending, from ingested or error
 */
export type DocumentStatus = "pending" | "parsed" | "ingested" | "error";

/** Wire format. */
export interface Document {
  readonly id: string;
  readonly title: string;
  readonly status: DocumentStatus;
  readonly source_type: string;
  /** What `page_idx` counts. */
  readonly page_unit: PageUnit;
  readonly created_at: string;
  readonly updated_at: string;
}

/** Longer ones no file system keeps. */
const FILE_NAME_BYTES_MAX = 255;

/** They turn the order of what follows: a program's name would end, to the eye, as a document's does. */
const TURNING = /[\u202a-\u202e\u2066-\u2069]/g;

/**
 * The name as it is shown and given back.
 * @throws AppError `invalid_file_name` for one that is empty, too long, or a path or control sequence
 */
export function checkFileName(name: string): string {
  const trimmed = name.normalize("NFC").replace(TURNING, "").trim();
  if (trimmed === "" || trimmed === "." || trimmed === "..")
    throw new AppError("invalid_file_name", "A file needs a name.");
  if (/[/\\]/.test(trimmed))
    throw new AppError("invalid_file_name", "A file name must not contain a path.");
  if (hasControlCharacter(trimmed))
    throw new AppError("invalid_file_name", "A file name must not contain control characters.");
  if (Buffer.byteLength(trimmed) > FILE_NAME_BYTES_MAX)
    throw new AppError(
      "invalid_file_name",
      `A file name must not be longer than ${FILE_NAME_BYTES_MAX} bytes.`,
    );
  return trimmed;
}

function hasControlCharacter(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 32 || (code >= 127 && code < 160)) return true;
  }
  return !text.isWellFormed();
}

/** The extension that a storage key keeps, for people who look into the bucket. */
export function extensionOf(fileName: string): string {
  return /\.[a-z0-9]{1,10}$/i.exec(fileName)?.[0].toLowerCase() ?? "";
}

export function documentCreated(workspace: OpenWorkspace, document: Document): NewEvent {
  const { id, title, status, source_type, page_unit, created_at } = document;
  return event(workspace, "document.created", {
    workspace_id: workspace.id,
    document: { id, title, status, source_type, page_unit, created_at },
  });
}

export function documentStatusUpdated(
  workspace: OpenWorkspace,
  documentId: string,
  status: DocumentStatus,
): NewEvent {
  return event(workspace, "document.status_updated", {
    workspace_id: workspace.id,
    document_id: documentId,
    status,
  });
}

export function documentDeleted(workspace: OpenWorkspace, documentId: string): NewEvent {
  return event(workspace, "document.deleted", {
    workspace_id: workspace.id,
    document_id: documentId,
  });
}

function event(
  { userId, tenantId, topic }: OpenWorkspace,
  type: NewEvent["type"],
  payload: NewEvent["payload"],
): NewEvent {
  return { userId, tenantId, topic, type, payload };
}
