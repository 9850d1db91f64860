import { documentStatusUpdated } from "../document/document.ts";
import { setDocumentStatus } from "../document/store.ts";
import { type DocumentText, loadTexts } from "../document/text-store.ts";
import { findTextVersions, lockTextVersions, noteIndexedTexts } from "../document/text-version.ts";
import { type AppError, PermanentError } from "../error.ts";
import { type Announcer, transact } from "../event/announce.ts";
import type { Bus } from "../event/bus.ts";
import { type NewEvent, ofRequest } from "../event/event.ts";
import { isLight, jobEvent, requestOf } from "../job/job.ts";
import { progressOf, publishProgress } from "../job/progress.ts";
import { finishJobs, insertJobs, leaseLost, type NewJob } from "../job/store.ts";
import type { Task } from "../job/task.ts";
import { Together } from "../job/together.ts";
import { indexDuration } from "../metrics/documents.ts";
import type { Database, Sql } from "../postgres/sql.ts";
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

/** A document's segments, and the version of the text that they were cut from. */
interface Cut {
  readonly segments: readonly IndexedSegment[];
  readonly version: string;
}

/** A document that is to be stored. */
interface Segmented extends Cut {
  readonly job: DocumentJob;
  readonly onProgress: (share: number) => void;
}

/** Cuts a document's text into segments and makes them findable. */
export function ingestTask(deps: IngestDeps): Task {
  const cuts = new Together<Segmenting, Cut>((items) => cutTexts(deps, items), TOGETHER_MAX);
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
      const cut = await cuts[how]({
        documentId,
        signal,
        onProgress: (share) => done(50 * share),
      });
      segmented();
      const stored = indexDuration.startTimer({ stage: "store" });
      await stores[how]({ job, ...cut, onProgress: (share) => done(50 + 50 * share) });
      stored();
      publishProgress(deps.bus, job, "parse_done", "chunk", 100);
    },
    failed: async (tx, job, failure, announce) => {
      await documentJobReports.failed(tx, job, failure, announce);
      announce.afterwards(() => publishProgress(deps.bus, job, "parse_failed", "chunk", 0));
    },
  };
}

async function cutTexts(
  { sql }: IngestDeps,
  items: readonly Segmenting[],
): Promise<(Cut | Error)[]> {
  const ids = items.map(({ documentId }) => documentId);
  // Before the texts: one that is replaced in between is taken for an old one, never for a new one.
  const versions = await findTextVersions(sql, ids);
  const texts = await loadTexts(sql, ids);
  const outcomes: (Cut | Error)[] = [];
  for (const [at, item] of items.entries()) {
    const version = versions.get(item.documentId) ?? "";
    outcomes.push(await cutText(texts[at] ?? null, version, item).catch(toError));
    // One after the other they would hold the event loop for as long as all of them take.
    await new Promise((resolve) => setImmediate(resolve));
  }
  return outcomes;
}

async function cutText(
  text: DocumentText | null,
  version: string,
  options: AnalyseOptions,
): Promise<Cut> {
  if (!text) throw new PermanentError("parse_failed", "The document has not been parsed.");
  return { segments: await analyse(text, options), version };
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error), { cause: error });
}

/**
 * Finish the jobs, replace the segments, change the documents, append the events: one transaction. Where a
 * text was replaced meanwhile, nothing is stored: whoever replaced it has queued a job for the new one.
 */
async function makeFindable(
  deps: IngestDeps,
  items: readonly Segmented[],
): Promise<(AppError | undefined)[]> {
  return await transact(deps.sql, deps.bus, async (tx, announce) => {
    const finished = await finishJobs(
      tx,
      items.map(({ job }) => job),
    );
    const done = items.filter(({ job }) => finished.has(job.id));
    const standing = await lockTextVersions(
      tx,
      done.map(({ job }) => job.documentId),
    );
    const current = done.filter(({ job, version }) => standing.get(job.documentId) === version);
    await replaceSegments(tx, deps, current);
    await queueEmbeddings(tx, announce, deps, current);
    await announce.events(
      done.flatMap((item) =>
        ofRequest(requestOf(item.job), eventsOf(item, current.includes(item))),
      ),
    );
    return items.map(({ job }) => (finished.has(job.id) ? undefined : leaseLost()));
  });
}

async function replaceSegments(
  tx: Sql,
  { index }: IngestDeps,
  items: readonly Segmented[],
): Promise<void> {
  const documents = items.map(({ job: { workspaceId, documentId }, segments }) => {
    return { workspaceId, documentId, segments };
  });
  await index.remove(tx, documents);
  await index.add(tx, documents, (share) => {
    for (const { onProgress } of items) onProgress(share);
  });
  const versions = new Map(items.map(({ job, version }) => [job.documentId, version]));
  await noteIndexedTexts(tx, versions);
  await setDocumentStatus(tx, [...versions.keys()], "ingested");
}

function eventsOf({ job }: Segmented, ingested: boolean): NewEvent[] {
  const success = jobEvent(job, "success", null);
  if (!ingested) return [success];
  return [success, documentStatusUpdated(workspaceOf(job), job.documentId, "ingested")];
}

async function queueEmbeddings(
  tx: Sql,
  announce: Announcer,
  { embeddingModel: model }: IngestDeps,
  items: readonly Segmented[],
): Promise<void> {
  if (!model) return;
  const jobs = items.map(({ job }): NewJob => {
    const embedding = embedJob(job, model);
    return { ...embedding, payload: { ...embedding.payload, ...requestOf(job) } };
  });
  await insertJobs(tx, announce, jobs);
}
