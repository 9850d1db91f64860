import { AppError } from "../error.ts";
import type { Bus } from "../event/bus.ts";
import { Together } from "../job/together.ts";
import { type Format, formatOf } from "../parsing/format.ts";
import type { Sample } from "../parsing/telling/sample.ts";
import type { Database } from "../postgres/sql.ts";
import { type Storage, storageKeys } from "../storage/storage.ts";
import { requestField } from "../trace.ts";
import { type Accepted, commitUploads, type Uploaded, type UploadItem } from "./commit-uploads.ts";
import { checkFileName, extensionOf } from "./document.ts";
import { giveUpObjects, type Plan, planObjects } from "./planned-objects.ts";
import type { StoredFile } from "./store.ts";

/** A file as it came in, already on disk. */
export interface ReceivedFile {
  readonly fileName: string;
  readonly path: string;
  readonly sizeBytes: number;
  /** SHA-256, hexadecimal. */
  readonly checksum: string;
  /** Enough of it to tell its type. */
  readonly sample: Sample;
}

export interface UploadDeps {
  readonly sql: Database;
  readonly bus: Bus;
  readonly storage: Storage;
  readonly maxUploadBytes: number;
}

const FILES_MAX = 100;
/** Files of an upload that are on their way to the storage. */
const FILES_AT_ONCE = 8;
/** Uploads of one transaction. */
const TOGETHER_MAX = 8;

/** Takes all files of an upload, or none. Uploads that come at once share their ways to the disk. */
export class Uploads {
  readonly #plans: Together<Plan, string>;
  readonly #commits: Together<Uploaded, UploadItem[]>;

  constructor(private readonly deps: UploadDeps) {
    const { sql, bus } = deps;
    this.#plans = new Together((plans) => planObjects(sql, bus, plans), TOGETHER_MAX);
    this.#commits = new Together<Uploaded, UploadItem[]>(
      (uploads) => commitUploads(sql, bus, uploads),
      TOGETHER_MAX,
    );
  }

  /** @returns in the order of the upload */
  async take(
    userId: string,
    workspaceId: string,
    files: readonly ReceivedFile[],
  ): Promise<UploadItem[]> {
    const { sql, bus, storage } = this.deps;
    const accepted = checkFiles(this.deps, workspaceId, files);
    const request = requestField();
    const keys = accepted.map(({ file }) => file.storageKey);
    const planId = await this.#plans.join({ keys, ...request });
    try {
      await storeFiles(storage, accepted);
      return await this.#commits.join({ userId, workspaceId, accepted, planId, request });
    } catch (error) {
      // Where this fails too, the plan is due by itself later on.
      await giveUpObjects(sql, bus, planId).catch(() => undefined);
      throw error;
    }
  }
}

async function storeFiles(storage: Storage, accepted: readonly Accepted[]): Promise<void> {
  const waiting = accepted.values();
  const storeNext = async () => {
    for (const { file, path } of waiting)
      await storage.putFile(file.storageKey, path, file.mimeType);
  };
  // All have ended before any is given up, or one could be stored after its removal.
  const outcomes = await Promise.allSettled(Array.from({ length: FILES_AT_ONCE }, storeNext));
  const failed = outcomes.find((outcome) => outcome.status === "rejected");
  if (failed) throw failed.reason;
}

function checkFiles(
  { maxUploadBytes }: UploadDeps,
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
    const format = formatOf(name, received.sample);
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
  return { documentId, path: received.path, format, file };
}
