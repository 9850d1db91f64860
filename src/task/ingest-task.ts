import { documentStatusUpdated } from "../document/document.ts";
import { loadText, setDocumentStatus } from "../document/store.ts";
import { noteIndexedTexts } from "../document/text-version.ts";
import { PermanentError } from "../error.ts";
import { transact } from "../event/announce.ts";
import type { Bus } from "../event/bus.ts";
import { jobEvent } from "../job/job.ts";
import { progressOf, publishProgress } from "../job/progress.ts";
import { finishJob, insertJobs } from "../job/store.ts";
import type { Task } from "../job/task.ts";
import { indexDuration } from "../metrics/documents.ts";
import type { Database, Sql } from "../postgres/sql.ts";
import { analyse } from "../retrieval/analyse.ts";
import { embedJob } from "../retrieval/vector/documents.ts";
import type { IndexedSegment } from "../retrieval/segment.ts";
import type { SegmentIndex } from "../retrieval/segment-index.ts";
import { type DocumentJob, documentJob, workspaceOf } from "./audience.ts";
import { documentJobReports } from "./document-task.ts";

export interface IngestDeps {
  readonly sql: Database;
  readonly bus: Bus;
  readonly index: SegmentIndex;
  readonly concurrency: number;
  /** What is findable is then embedded by this model, if there is one. */
  readonly embeddingModel?: string | undefined;
}

const LEASE_SECONDS = 15;

/** Cuts a document's text into segments and makes them findable. */
export function ingestTask(deps: IngestDeps): Task {
  return {
    ...documentJobReports,
    kind: "ingest",
    leaseSeconds: LEASE_SECONDS,
    concurrency: deps.concurrency,
    run: async (job, signal) => {
      const document = documentJob(job);
      publishProgress(deps.bus, job, "parse_started", "chunk", 0);
      const segmented = indexDuration.startTimer({ stage: "segment" });
      // Cutting takes about as long as storing.
      const done = progressOf(deps.bus, job, "chunk");
      const segments = await segmentDocument(deps.sql, document, signal, (share) =>
        done(50 * share),
      );
      segmented();
      const stored = indexDuration.startTimer({ stage: "store" });
      await makeFindable(deps, document, segments, (share) => done(50 + 50 * share));
      stored();
      publishProgress(deps.bus, job, "parse_done", "chunk", 100);
    },
    failed: async (tx, job, failure, announce) => {
      await documentJobReports.failed(tx, job, failure, announce);
      announce.afterwards(() => publishProgress(deps.bus, job, "parse_failed", "chunk", 0));
    },
  };
}

async function segmentDocument(
  sql: Sql,
  { documentId }: DocumentJob,
  signal: AbortSignal,
  onProgress: (share: number) => void,
): Promise<IndexedSegment[]> {
  const parsed = await loadText(sql, documentId);
  if (!parsed) throw new PermanentError("parse_failed", "The document has not been parsed.");
  return await analyse(parsed, { signal, onProgress });
}

async function makeFindable(
  { sql, bus, index, embeddingModel }: IngestDeps,
  job: DocumentJob,
  segments: readonly IndexedSegment[],
  onProgress: (share: number) => void,
): Promise<void> {
  const { documentId, workspaceId } = job;
  await transact(sql, bus, async (tx, announce) => {
    await finishJob(tx, job);
    await index.remove(tx, [{ workspaceId, documentId }]);
    await index.add(tx, [{ workspaceId, documentId, segments }], onProgress);
    await noteIndexedTexts(tx, [documentId]);
    await setDocumentStatus(tx, documentId, "ingested");
    if (embeddingModel) await insertJobs(tx, announce, [embedJob(job, embeddingModel)]);
    await announce.events([
      jobEvent(job, "success", null),
      documentStatusUpdated(workspaceOf(job), documentId, "ingested"),
    ]);
  });
}
