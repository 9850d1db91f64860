import { AppError } from "../error.ts";
import { transact } from "../event/announce.ts";
import type { Bus } from "../event/bus.ts";
import { type Format, formatOf } from "../parsing/format.ts";
import type { Database } from "../postgres/sql.ts";
import { type Storage, storageKeys } from "../storage/storage.ts";
import { openWorkspace } from "../workspace/store.ts";
import { checkFileName, type Document, documentCreated, extensionOf } from "./document.ts";
import { jobQueued, queueParse } from "./parse-job.ts";
import { giveUpObjects, keepObjects, planObjects } from "./planned-objects.ts";
import { insertDocuments, type StoredFile } from "./store.ts";

/** A file as it came in, already on disk. */
export interface ReceivedFile {
  readonly fileName: string;
  readonly path: string;
  readonly sizeBytes: number;
  /** SHA-256, hexadecimal. */
  readonly checksum: string;
  /** Its first bytes, enough to tell its type. */
  readonly head: Uint8Array;
}

export interface UploadDeps {
  readonly sql: Database;
  readonly bus: Bus;
  readonly storage: Storage;
  readonly maxUploadBytes: number;
  /** Whether scans and images can be read. */
  readonly ocr: boolean;
}

interface Accepted {
  readonly documentId: string;
  readonly format: Format;
  readonly received: ReceivedFile;
  readonly file: StoredFile;
}

const FILES_MAX = 100;
/** A text of this size is read in a millisecond. */
const LIGHT_BYTES_MAX = 32 * 1024;

/** Takes all files of an upload, or none. @returns in the order of the upload */
export async function uploadDocuments(
  deps: UploadDeps,
  userId: string,
  workspaceId: string,
  files: readonly ReceivedFile[],
): Promise<{ document: Document; fileId: string }[]> {
  const accepted = checkFiles(deps, workspaceId, files);
  const keys = accepted.map(({ file }) => file.storageKey);
  const planId = await planObjects(deps.sql, deps.bus, keys);
  try {
    for (const { file, received } of accepted)
      await deps.storage.putFile(file.storageKey, received.path, file.mimeType);
    return await commit(deps, userId, workspaceId, accepted, planId);
  } catch (error) {
    // Where this fails too, the plan is due by itself later on.
    await giveUpObjects(deps.sql, deps.bus, planId).catch(() => undefined);
    throw error;
  }
}

function checkFiles(
  { maxUploadBytes, ocr }: UploadDeps,
  workspaceId: string,
  files: readonly ReceivedFile[],
): Accepted[] {
  if (files.length === 0)
    throw new AppError("no_file", "The upload has no file; send one or more parts named 'files'.");
  if (files.length > FILES_MAX)
    throw new AppError("invalid_request", `An upload takes ${FILES_MAX} files at most.`);
  return files.map((received) => {
    const name = checkFileName(received.fileName);
    if (received.sizeBytes === 0) throw new AppError("empty_file", `"${name}" is empty.`);
    if (received.sizeBytes > maxUploadBytes) throw fileTooLarge(name, maxUploadBytes);
    const format = formatOf(name, received.head, { ocr });
    return accept(workspaceId, { ...received, fileName: name }, format);
  });
}

export function fileTooLarge(name: string, maxBytes: number): AppError {
  return new AppError(
    "file_too_large",
    `"${name}" is larger than the ${Math.floor(maxBytes / 1024 / 1024)} MB that an upload takes.`,
  );
}

function accept(workspaceId: string, received: ReceivedFile, format: Format): Accepted {
  const documentId = Bun.randomUUIDv7();
  const id = Bun.randomUUIDv7();
  const extension = extensionOf(received.fileName);
  const file: StoredFile = {
    id,
    documentId,
    storageKey: storageKeys.file(workspaceId, documentId, id, extension),
    originalFilename: received.fileName,
    mimeType: format.mimeType,
    sizeBytes: received.sizeBytes,
    checksum: received.checksum,
  };
  return { documentId, format, received, file };
}

async function commit(
  { sql, bus }: UploadDeps,
  userId: string,
  workspaceId: string,
  accepted: readonly Accepted[],
  planId: string,
): Promise<{ document: Document; fileId: string }[]> {
  return await transact(sql, bus, async (tx, announce) => {
    const workspace = await openWorkspace(tx, userId, workspaceId, "editor", "against deletion");
    await keepObjects(tx, planId);
    const documents = await insertDocuments(
      tx,
      workspaceId,
      accepted.map(({ format, file }) => ({ sourceType: format.sourceType, file })),
    );
    const jobIds = await queueParse(
      tx,
      announce,
      workspaceId,
      accepted.map(({ documentId, format, file }) => {
        return { documentId, light: format.parser === "text" && file.sizeBytes <= LIGHT_BYTES_MAX };
      }),
    );
    await announce.events(
      documents.flatMap((document, at) => [
        documentCreated(workspace, document),
        jobQueued(workspace, "parse", jobIds[at] ?? "", document.id),
      ]),
    );
    return documents.map((document, at) => ({ document, fileId: accepted[at]?.file.id ?? "" }));
  });
}
