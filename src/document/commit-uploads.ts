import { AppError } from "../error.ts";
import { transact } from "../event/announce.ts";
import type { Bus } from "../event/bus.ts";
import { type NewEvent, ofRequest } from "../event/event.ts";
import type { Format } from "../parsing/format.ts";
import type { Database, Sql } from "../postgres/sql.ts";
import type { RequestField } from "../trace.ts";
import { openWorkspace } from "../workspace/store.ts";
import type { OpenWorkspace } from "../workspace/workspace.ts";
import { type Document, documentCreated } from "./document.ts";
import { jobQueued, type ParseOrder, queueParse } from "./parse-job.ts";
import { keepObjects, objectsGone } from "./planned-objects.ts";
import { insertDocuments, type StoredFile, type UploadedDocument } from "./store.ts";

/** A file of an upload that may be taken. */
export interface Accepted {
  readonly documentId: string;
  /** Where it was received. */
  readonly path: string;
  readonly format: Format;
  readonly file: StoredFile;
}

/** A text of this size is read in a millisecond. */
const LIGHT_BYTES_MAX = 32 * 1024;

/** An upload whose objects are stored. */
export interface Uploaded {
  readonly userId: string;
  readonly workspaceId: string;
  readonly accepted: readonly Accepted[];
  readonly planId: string;
  readonly request: RequestField;
}

export interface UploadItem {
  readonly document: Document;
  readonly fileId: string;
}

/**
 * Stores uploads in one transaction, and queues their parsing.
 * @returns for each upload its documents, or why it was refused
 */
export async function commitUploads(
  sql: Database,
  bus: Bus,
  uploads: readonly Uploaded[],
): Promise<(UploadItem[] | AppError)[]> {
  return await transact(sql, bus, async (tx, announce) => {
    const outcomes = await keepAll(tx, await openAll(tx, uploads));
    const files = outcomes.flatMap(filesOf);
    const documents = await insertDocuments(tx, files);
    const jobIds = await queueParse(tx, announce, files);
    await announce.events(
      documents.flatMap((document, at) => eventsOf(files[at], document, jobIds[at] ?? "")),
    );
    const inserted = new Map(documents.map((document) => [document.id, document]));
    return outcomes.map((outcome) =>
      outcome instanceof AppError ? outcome : itemsOf(outcome, inserted),
    );
  });
}

/** An upload whose workspace may be used, and stays until the transaction ends. */
interface Opened extends Uploaded {
  readonly workspace: OpenWorkspace;
}

async function openAll(tx: Sql, uploads: readonly Uploaded[]): Promise<(Opened | AppError)[]> {
  const outcomes: (Opened | AppError)[] = [];
  const opened = new Map<string, Promise<OpenWorkspace>>();
  for (const upload of uploads) {
    const { userId, workspaceId } = upload;
    const key = `${userId} ${workspaceId}`;
    const opening =
      opened.get(key) ?? openWorkspace(tx, userId, workspaceId, "editor", "against deletion");
    opened.set(key, opening);
    outcomes.push(
      await opening.then(
        (workspace) => ({ ...upload, workspace }),
        (error: unknown) => refusal(error),
      ),
    );
  }
  return outcomes;
}

/** What keeps one upload out; whatever else went wrong did so for all. */
function refusal(error: unknown): AppError {
  if (error instanceof AppError) return error;
  throw error;
}

async function keepAll(
  tx: Sql,
  outcomes: readonly (Opened | AppError)[],
): Promise<(Opened | AppError)[]> {
  const planIds = outcomes.flatMap((outcome) =>
    outcome instanceof AppError ? [] : outcome.planId,
  );
  const kept = await keepObjects(tx, planIds);
  return outcomes.map((outcome) =>
    outcome instanceof AppError || kept.has(outcome.planId) ? outcome : objectsGone(),
  );
}

interface IncomingFile extends UploadedDocument, ParseOrder {
  readonly workspaceId: string;
  readonly workspace: OpenWorkspace;
  readonly request: RequestField;
}

function filesOf(outcome: Opened | AppError): IncomingFile[] {
  if (outcome instanceof AppError) return [];
  const { workspaceId, workspace, request, accepted } = outcome;
  return accepted.map(({ documentId, format, file }) => {
    const { sourceType, isText } = format;
    const light = isText && file.sizeBytes <= LIGHT_BYTES_MAX;
    return { workspaceId, workspace, request, documentId, sourceType, file, light };
  });
}

function itemsOf({ accepted }: Opened, inserted: ReadonlyMap<string, Document>): UploadItem[] {
  return accepted.flatMap(({ documentId, file }) => {
    const document = inserted.get(documentId);
    return document ? { document, fileId: file.id } : [];
  });
}

function eventsOf(file: IncomingFile | undefined, document: Document, jobId: string): NewEvent[] {
  if (!file) return [];
  const { workspace, request } = file;
  return ofRequest(request, [
    documentCreated(workspace, document),
    jobQueued(workspace, "parse", jobId, document.id),
  ]);
}
