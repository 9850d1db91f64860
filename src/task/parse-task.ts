import { documentStatusUpdated } from "../document/document.ts";
import { jobQueued } from "../document/parse-job.ts";
import { keepObjects, objectsGone, planObjects } from "../document/planned-objects.ts";
import { findFiles, type StoredFile } from "../document/store.ts";
import { storeTexts } from "../document/text-store.ts";
import { AppError, PermanentError } from "../error.ts";
import { transact } from "../event/announce.ts";
import type { Bus } from "../event/bus.ts";
import { ofRequest } from "../event/event.ts";
import { isLight, type Job, jobEvent, LIGHT_WEIGHT, requestOf } from "../job/job.ts";
import { progressOf, publishProgress } from "../job/progress.ts";
import { finishJobs, insertJobs, leaseLost, type NewJob } from "../job/store.ts";
import type { Task } from "../job/task.ts";
import { Together } from "../job/together.ts";
import { logger } from "../log.ts";
import { parseDuration } from "../metrics/documents.ts";
import { type Format, formatOf } from "../parsing/format.ts";
import type { ParsedDocument } from "../parsing/parsed.ts";
import type { ParseResult, ParserPool } from "../parsing/pool/parser-pool.ts";
import { sampleOfFile } from "../parsing/telling/sample.ts";
import type { Database, Sql } from "../postgres/sql.ts";
import { type Storage, storageKeys } from "../storage/storage.ts";
import { type DocumentJob, documentJob, workspaceOf } from "./audience.ts";
import { documentJobReports } from "./document-task.ts";

export interface ParseDeps {
  readonly sql: Database;
  readonly bus: Bus;
  readonly storage: Storage;
  readonly parsers: ParserPool;
  readonly concurrency: number;
}

const LEASE_SECONDS = 15;
/** Documents of one statement or transaction. */
const TOGETHER_MAX = 32;
/** A text of this length is cut into segments in some milliseconds, and stored in as many. UTF-16 units. */
const LIGHT_TEXT_LENGTH_MAX = 16_000;

/** A document that was read. */
interface Parsed {
  readonly job: DocumentJob;
  readonly document: ParsedDocument;
  /** The plan of the objects that the hand-over keeps. */
  readonly planId: string | undefined;
}

/** Reads a document's file into text and hands it over to ingest. */
export function parseTask(deps: ParseDeps): Task {
  const files = new Together<string, StoredFile>((ids) => findFiles(deps.sql, ids), TOGETHER_MAX);
  const handOvers = new Together<Parsed, undefined>(
    (parsed) => handOver(deps, parsed),
    TOGETHER_MAX,
  );
  return {
    ...documentJobReports,
    kind: "parse",
    leaseSeconds: LEASE_SECONDS,
    concurrency: deps.concurrency,
    run: async (given, signal) => {
      const job = documentJob(given);
      publishProgress(deps.bus, job, "parse_started", "parse", 0);
      const file = await files.join(job.documentId);
      const { document, rawOutput } = await parseFile(deps, job, file, signal);
      const planId = rawOutput && (await storeRawOutput(deps, job, file, rawOutput));
      const parsed = { job, document, planId };
      await (isLight(job) ? handOvers.join(parsed) : handOvers.alone(parsed));
      publishProgress(deps.bus, job, "parse_done", "parse", 100);
    },
    failed: async (tx, job, failure, announce) => {
      await documentJobReports.failed(tx, job, failure, announce);
      announce.afterwards(() => publishProgress(deps.bus, job, "parse_failed", "parse", 0));
    },
  };
}

async function parseFile(
  { bus, storage, parsers }: ParseDeps,
  job: Job,
  file: StoredFile,
  signal: AbortSignal,
): Promise<ParseResult> {
  const copy = await storage.localCopy(file.storageKey);
  try {
    const format = await formatOfCopy(file.originalFilename, copy.path);
    return await timed(format.name, () =>
      parsers.parse(
        { path: copy.path, fileName: file.originalFilename, format },
        {
          signal,
          onProgress: progressOf(bus, job, "parse"),
          onReport: ({ what, origin }) => {
            // In a template, braces would stand for fields.
            const line = what.replaceAll(/[{}]/g, "$&$&");
            logger("parsing").warn(line, { document_id: job.documentId, error: origin });
          },
        },
      ),
    );
  } finally {
    await copy.release();
  }
}

/** As it was told at the upload, unless this release tells it otherwise: then no retry can mend that. */
async function formatOfCopy(fileName: string, path: string): Promise<Format> {
  const sample = await sampleOfFile(path);
  try {
    return formatOf(fileName, sample);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    throw new PermanentError("parse_failed", error.message, { cause: error });
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
    const origin = error instanceof AppError ? error.cause : undefined;
    if (typeof origin === "string")
      logger("parsing").info("A file was not read", { format, error: origin });
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
): Promise<string | undefined> {
  const suffix = `.${job.leaseToken}${extension}`;
  const key = storageKeys.file(job.workspaceId, job.documentId, file.id, suffix);
  const [planId] = await planObjects(sql, bus, [{ keys: [key] }]);
  await storage.putText(key, body, "application/json");
  return planId;
}

/** Finish the jobs, queue the next, change the documents, append the events: one transaction. */
async function handOver(
  { sql, bus }: ParseDeps,
  parsed: readonly Parsed[],
): Promise<(AppError | undefined)[]> {
  return await transact(sql, bus, async (tx, announce) => {
    const finished = await finishParsing(tx, parsed);
    const done = parsed.filter(({ job }) => finished.has(job.id));
    const planIds = done.flatMap(({ planId }) => planId ?? []);
    if ((await keepObjects(tx, planIds)).size < planIds.length) throw objectsGone();
    await storeTexts(
      tx,
      done.map(({ job, document }) => ({ id: job.documentId, parsed: document })),
    );
    const ingestIds = await insertJobs(tx, announce, done.map(ingestOf));
    await announce.events(
      done.flatMap(({ job }, at) => {
        const { documentId } = job;
        const workspace = workspaceOf(job);
        return ofRequest(requestOf(job), [
          jobEvent(job, "success", null),
          documentStatusUpdated(workspace, documentId, "parsed"),
          jobQueued(workspace, "ingest", ingestIds[at] ?? "", documentId),
        ]);
      }),
    );
    return parsed.map(({ job }) => (finished.has(job.id) ? undefined : leaseLost()));
  });
}

/** @returns the ids of the jobs that are finished; the others are no longer ours */
async function finishParsing(tx: Sql, parsed: readonly Parsed[]): Promise<ReadonlySet<string>> {
  const finished = new Set<string>();
  for (const [parserType, of] of Map.groupBy(parsed, ({ document }) => document.parserType)) {
    const jobs = of.map(({ job }) => job);
    for (const id of await finishJobs(tx, jobs, parserType)) finished.add(id);
  }
  return finished;
}

function ingestOf({ job, document }: Parsed): NewJob {
  const { workspaceId, documentId } = job;
  const weight = document.text.length <= LIGHT_TEXT_LENGTH_MAX ? LIGHT_WEIGHT : 1;
  return { kind: "ingest", workspaceId, documentId, weight, payload: requestOf(job) };
}
