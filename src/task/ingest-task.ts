import { documentStatusUpdated } from "../document/document.ts";
import { type DocumentText, loadTexts, setDocumentStatus } from "../document/store.ts";
import { noteIndexedTexts } from "../document/text-version.ts";
import { type AppError, PermanentError } from "../error.ts";
import { transact } from "../event/announce.ts";
import type { Bus } from "../event/bus.ts";
import { ofRequest } from "../event/event.ts";
import { isLight, jobEvent, requestOf } from "../job/job.ts";
import { progressOf, publishProgress } from "../job/progress.ts";
import { finishJobs, insertJobs, leaseLost, type NewJob } from "../job/store.ts";
import type { Task } from "../job/task.ts";
import { Together } from "../job/together.ts";
import { indexDuration } from "../metrics/documents.ts";
import type { Database } from "../postgres/sql.ts";
import { analyse, type AnalyseOptions } from "../retrieval/analyse.ts";
import { embedJob } from "../retrieval/vector/documents.ts";
import type { IndexedSegment } from "../retrieval/segment.ts";
import type { SegmentIndex } from "../retrieval/index/segment-index.ts";
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
/** Documents of one statement or transaction. */
const TOGETHER_MAX = 16;

/** A document whose text is to be cut. */
interface Segmenting extends AnalyseOptions {
  readonly documentId: string;
}

/** A document that is to be stored. */
interface Segmented {
  readonly job: DocumentJob;
  readonly segments: readonly IndexedSegment[];
  readonly onProgress: (share: number) => void;
}

/** Cuts a document's text into segments and makes them findable. */
export function ingestTask(deps: IngestDeps): Task {
  const cuts = new Together<Segmenting, IndexedSegment[]>(
    (items) => cut(deps, items),
    TOGETHER_MAX,
  );
  const stores = new Together<Segmented, undefined>(
    (items) => makeFindable(deps, items),
    TOGETHER_MAX,
  );
  return {
    ...documentJobReports,
    kind: "ingest",
    leaseSeconds: LEASE_SECONDS,
    concurrency: deps.concurrency,
    run: async (given, signal) => {
      const job = documentJob(given);
      const how = isLight(job) ? "join" : "alone";
      publishProgress(deps.bus, job, "parse_started", "chunk", 0);
      const segmented = indexDuration.startTimer({ stage: "segment" });
      // Cutting takes about as long as storing.
      const done = progressOf(deps.bus, job, "chunk");
      const { documentId } = job;
      const segments = await cuts[how]({
        documentId,
        signal,
        onProgress: (share) => done(50 * share),
      });
      segmented();
      const stored = indexDuration.startTimer({ stage: "store" });
      await stores[how]({ job, segments, onProgress: (share) => done(50 + 50 * share) });
      stored();
      publishProgress(deps.bus, job, "parse_done", "chunk", 100);
    },
    failed: async (tx, job, failure, announce) => {
      await documentJobReports.failed(tx, job, failure, announce);
      announce.afterwards(() => publishProgress(deps.bus, job, "parse_failed", "chunk", 0));
    },
  };
}

async function cut(
  { sql }: IngestDeps,
  items: readonly Segmenting[],
): Promise<(IndexedSegment[] | Error)[]> {
  const texts = await loadTexts(
    sql,
    items.map(({ documentId }) => documentId),
  );
  const outcomes: (IndexedSegment[] | Error)[] = [];
  for (const [at, item] of items.entries()) {
    outcomes.push(await segmentsOf(texts[at] ?? null, item).catch(toError));
    // One after the other they would hold the event loop for as long as all of them take.
    await new Promise((resolve) => setImmediate(resolve));
  }
  return outcomes;
}

async function segmentsOf(
  text: DocumentText | null,
  options: AnalyseOptions,
): Promise<IndexedSegment[]> {
  if (!text) throw new PermanentError("parse_failed", "The document has not been parsed.");
  return await analyse(text, options);
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error), { cause: error });
}

/** Finish the jobs, replace the segments, change the documents, append the events: one transaction. */
async function makeFindable(
  { sql, bus, index, embeddingModel }: IngestDeps,
  items: readonly Segmented[],
): Promise<(AppError | undefined)[]> {
  return await transact(sql, bus, async (tx, announce) => {
    const finished = await finishJobs(
      tx,
      items.map(({ job }) => job),
    );
    const done = items.filter(({ job }) => finished.has(job.id));
    const documents = done.map(({ job: { workspaceId, documentId }, segments }) => {
      return { workspaceId, documentId, segments };
    });
    await index.remove(tx, documents);
    await index.add(tx, documents, (share) => {
      for (const { onProgress } of done) onProgress(share);
    });
    const ids = documents.map(({ documentId }) => documentId);
    await noteIndexedTexts(tx, ids);
    await setDocumentStatus(tx, ids, "ingested");
    const jobs = done.map(({ job }) => job);
    if (embeddingModel) await insertJobs(tx, announce, embeddingsOf(jobs, embeddingModel));
    await announce.events(
      done.flatMap(({ job }) =>
        ofRequest(requestOf(job), [
          jobEvent(job, "success", null),
          documentStatusUpdated(workspaceOf(job), job.documentId, "ingested"),
        ]),
      ),
    );
    return items.map(({ job }) => (finished.has(job.id) ? undefined : leaseLost()));
  });
}

function embeddingsOf(jobs: readonly DocumentJob[], model: string): NewJob[] {
  return jobs.map((job) => {
    const embedding = embedJob(job, model);
    return { ...embedding, payload: { ...embedding.payload, ...requestOf(job) } };
  });
}
