import { documentStatusUpdated } from "../document/document.ts";
import { jobQueued } from "../document/parse-job.ts";
import { findFile, setDocumentStatus, storeText } from "../document/store.ts";
import { transact } from "../event/announce.ts";
import type { Bus } from "../event/bus.ts";
import { jobEvent } from "../job/job.ts";
import { publishProgress } from "../job/progress.ts";
import { finishJob, insertJobs } from "../job/store.ts";
import type { Task } from "../job/task.ts";
import { formatOf } from "../parsing/format.ts";
import type { ParsedDocument } from "../parsing/parsed.ts";
import type { ParserPool } from "../parsing/parser-pool.ts";
import type { Database } from "../postgres/sql.ts";
import type { Storage } from "../storage/storage.ts";
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

const LEASE_SECONDS = 30;
/** Enough to tell a format by. */
const HEAD_BYTES = 4_096;

/** Reads a document's file into text and hands it over to ingest. */
export function parseTask(deps: ParseDeps): Task {
  return {
    ...documentJobReports,
    kind: "parse",
    leaseSeconds: LEASE_SECONDS,
    concurrency: deps.concurrency,
    run: async (job, signal) => {
      publishProgress(deps.bus, job, "parse_started", "parse", 0);
      const { parserType, text, pages } = await parseFile(deps, documentJob(job), signal);
      await handOver(deps, documentJob(job), { parserType, text, pages });
      publishProgress(deps.bus, job, "parse_done", "parse", 100);
    },
    failed: async (tx, job, failure, announce) => {
      await documentJobReports.failed(tx, job, failure, announce);
      publishProgress(deps.bus, job, "parse_failed", "parse", 0);
    },
  };
}

async function parseFile(
  { sql, bus, storage, parsers, ocr }: ParseDeps,
  job: DocumentJob,
  signal: AbortSignal,
): Promise<ParsedDocument> {
  const file = await findFile(sql, job.documentId);
  const copy = await storage.localCopy(file.storageKey);
  try {
    const head = await Bun.file(copy.path).slice(0, HEAD_BYTES).bytes();
    const format = formatOf(file.originalFilename, head, { ocr });
    const { document } = await parsers.parse(
      { path: copy.path, fileName: file.originalFilename, format },
      {
        signal,
        onProgress: (percent) => publishProgress(bus, job, "parse_progress", "parse", percent),
      },
    );
    return document;
  } finally {
    await copy.release();
  }
}

/** Finish this job, queue the next, change the document, append the events: one transaction. */
async function handOver(
  { sql, bus }: ParseDeps,
  job: DocumentJob,
  parsed: ParsedDocument,
): Promise<void> {
  const { documentId, workspaceId } = job;
  const workspace = workspaceOf(job);
  await transact(sql, bus, async (tx, announce) => {
    await finishJob(tx, job, parsed.parserType);
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
