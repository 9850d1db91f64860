import { documentStatusUpdated } from "../document/document.ts";
import { jobQueued } from "../document/parse-job.ts";
import { keepObjects, planObjects } from "../document/planned-objects.ts";
import { findFile, setDocumentStatus, type StoredFile, storeText } from "../document/store.ts";
import { transact } from "../event/announce.ts";
import type { Bus } from "../event/bus.ts";
import { type Job, jobEvent } from "../job/job.ts";
import { progressOf, publishProgress } from "../job/progress.ts";
import { finishJob, insertJobs } from "../job/store.ts";
import type { Task } from "../job/task.ts";
import { parseDuration } from "../metrics/documents.ts";
import { FORMAT_HEAD_BYTES, formatOf } from "../parsing/format.ts";
import type { ParsedDocument } from "../parsing/parsed.ts";
import type { ParseResult, ParserPool } from "../parsing/parser-pool.ts";
import type { Database } from "../postgres/sql.ts";
import { type Storage, storageKeys } from "../storage/storage.ts";
import { type DocumentJob, documentJob, workspaceOf } from "./audience.ts";
import { documentJobReports } from "./document-task.ts";

export interface ParseDeps {
  readonly sql: Database;
  readonly bus: Bus;
  readonly storage: Storage;
  readonly parsers: ParserPool;
  readonly concurrency: number;
  readonly ocr: boolean;
}

const LEASE_SECONDS = 15;

/** Reads a document's file into text and hands it over to ingest. */
export function parseTask(deps: ParseDeps): Task {
  return {
    ...documentJobReports,
    kind: "parse",
    leaseSeconds: LEASE_SECONDS,
    concurrency: deps.concurrency,
    run: async (job, signal) => {
      publishProgress(deps.bus, job, "parse_started", "parse", 0);
      const file = await findFile(deps.sql, documentJob(job).documentId);
      const result = await parseFile(deps, job, file, signal);
      const planId =
        result.rawOutput && (await storeRawOutput(deps, documentJob(job), file, result.rawOutput));
      await handOver(deps, documentJob(job), result.document, planId);
      publishProgress(deps.bus, job, "parse_done", "parse", 100);
    },
    failed: async (tx, job, failure, announce) => {
      await documentJobReports.failed(tx, job, failure, announce);
      announce.afterwards(() => publishProgress(deps.bus, job, "parse_failed", "parse", 0));
    },
  };
}

async function parseFile(
  { bus, storage, parsers, ocr }: ParseDeps,
  job: Job,
  file: StoredFile,
  signal: AbortSignal,
): Promise<ParseResult> {
  const copy = await storage.localCopy(file.storageKey);
  try {
    const head = await Bun.file(copy.path).slice(0, FORMAT_HEAD_BYTES).bytes();
    const format = formatOf(file.originalFilename, head, { ocr });
    return await timed(format.name, () =>
      parsers.parse(
        { path: copy.path, fileName: file.originalFilename, format },
        {
          signal,
          onProgress: progressOf(bus, job, "parse"),
        },
      ),
    );
  } finally {
    await copy.release();
  }
}

async function timed(format: string, parse: () => Promise<ParseResult>): Promise<ParseResult> {
  const end = parseDuration.startTimer({ format });
  try {
    const result = await parse();
    end({ outcome: "success" });
    return result;
  } catch (error) {
    end({ outcome: "failed" });
    throw error;
  }
}

/**
 * Keeps what an OCR service answered beside the file. The lease names the object, so that a worker that
 * was cut off and one that took over never write the same.
 * @returns the plan that the hand-over keeps
 */
async function storeRawOutput(
  { sql, bus, storage }: ParseDeps,
  job: DocumentJob,
  file: StoredFile,
  { extension, body }: NonNullable<ParseResult["rawOutput"]>,
): Promise<string> {
  const suffix = `.${job.leaseToken}${extension}`;
  const key = storageKeys.file(job.workspaceId, job.documentId, file.id, suffix);
  const planId = await planObjects(sql, bus, [key]);
  await storage.putText(key, body, "application/json");
  return planId;
}

/** Finish this job, queue the next, change the document, append the events: one transaction. */
async function handOver(
  { sql, bus }: ParseDeps,
  job: DocumentJob,
  parsed: ParsedDocument,
  planId: string | undefined,
): Promise<void> {
  const { documentId, workspaceId } = job;
  const workspace = workspaceOf(job);
  await transact(sql, bus, async (tx, announce) => {
    await finishJob(tx, job, parsed.parserType);
    if (planId) await keepObjects(tx, planId);
    await storeText(tx, documentId, parsed);
    await setDocumentStatus(tx, documentId, "parsed");
    const [ingestId] = await insertJobs(tx, announce, [
      { kind: "ingest", workspaceId, documentId },
    ]);
    await announce.events([
      jobEvent(job, "success", null),
      documentStatusUpdated(workspace, documentId, "parsed"),
      jobQueued(workspace, "ingest", ingestId ?? "", documentId),
    ]);
  });
}
