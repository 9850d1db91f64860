import { messageStatusUpdated } from "../chat/chat.ts";
import { lockMessages, updateMessage } from "../chat/message-store.ts";
import { documentStatusUpdated } from "../document/document.ts";
import { jobQueued } from "../document/parse-job.ts";
import { lockDocuments, setDocumentStatus } from "../document/store.ts";
import { AppError, unreachable } from "../error.ts";
import { type Announcer, transact } from "../event/announce.ts";
import type { Bus } from "../event/bus.ts";
import {
  type DeadLetter,
  findSubjects,
  FIRST_DEAD_LETTER,
  type JobSubject,
  listDeadLetters,
  lockJobs,
  readClock,
  requeueDeadLetters,
} from "../job/dead-letter.ts";
import { type JobKind, QUEUE_TOPIC } from "../job/job.ts";
import type { Database, Sql } from "../postgres/sql.ts";

/** Jobs of one transaction: it holds their documents' locks, which an upload or an answer may wait for. */
const BATCH_MAX = 50;
/** Ids are retried all or none, so in one transaction. */
export const RETRY_IDS_MAX = BATCH_MAX;

/** What became of `--all`. */
export interface RetryTally {
  readonly retried: number;
  /** Failed, but their document or message has been taken up again since, or is being deleted. */
  readonly skipped: number;
}

/**
 * Queues failed jobs again as if they had never run, all of them or none.
 * @param ids in lower case, `RETRY_IDS_MAX` at most
 * @throws AppError `job_not_found`; `job_not_failed` for one that must not be run again
 */
export async function retryJobs(sql: Database, bus: Bus, ids: readonly string[]): Promise<void> {
  await transact(sql, bus, async (tx, announce) => {
    const outcomes = await retryBatch(tx, announce, await findSubjects(tx, ids));
    const unknown = ids.find((id) => !outcomes.some(({ job }) => job.id === id));
    if (unknown) throw new AppError("job_not_found", `There is no job ${unknown}.`);
    for (const { job, obstacle } of outcomes)
      if (obstacle) throw new AppError("job_not_failed", `Job ${job.id} ${obstacle}.`);
  });
}

/** As `retryJobs`, for all jobs that have failed by now and may be run again, batch by batch. */
export async function retryAllJobs(
  sql: Database,
  bus: Bus,
  kind: JobKind | undefined,
): Promise<RetryTally> {
  const until = await readClock(sql);
  const tally = { retried: 0, skipped: 0 };
  let after = FIRST_DEAD_LETTER;
  for (;;) {
    const page = await listDeadLetters(sql, kind, after, until, BATCH_MAX);
    const outcomes = await transact(sql, bus, (tx, announce) => retryBatch(tx, announce, page));
    tally.retried += outcomes.filter(({ obstacle }) => !obstacle).length;
    tally.skipped += outcomes.filter(({ obstacle }) => obstacle).length;
    const last = page.at(-1);
    if (!last || page.length < BATCH_MAX) return tally;
    after = last;
  }
}

interface Outcome {
  readonly job: DeadLetter;
  /** Why it was not retried: the rest of a sentence about it. */
  readonly obstacle: string | undefined;
}

/** Documents and messages are locked before their jobs, as those do that queue or delete them. */
async function retryBatch(
  tx: Sql,
  announce: Announcer,
  subjects: readonly JobSubject[],
): Promise<Outcome[]> {
  const statuses = new Map<string, string>([
    ...(await lockDocuments(
      tx,
      subjects.flatMap(({ documentId }) => documentId ?? []),
    )),
    ...(await lockMessages(
      tx,
      subjects.flatMap(({ messageId }) => messageId ?? []),
    )),
  ]);
  const jobs = await lockJobs(tx, subjects);
  const outcomes = jobs.map((job) => ({ job, obstacle: obstacleTo(job, statuses) }));
  const retried = outcomes.filter(({ obstacle }) => !obstacle).map(({ job }) => job);
  if (retried.length > 0) await requeueDeadLetters(tx, retried);
  for (const job of retried) await reopen(tx, announce, job);
  return outcomes;
}

/** Why a job must not be run again: whatever it is about may have got on without it. */
function obstacleTo(job: DeadLetter, statuses: ReadonlyMap<string, string>): string | undefined {
  if (job.state !== "failed") return `is ${job.state}; only a failed job can be retried`;
  const what = job.documentId ? "document" : "message";
  const subject = job.documentId ?? job.messageId;
  if (job.superseded) return `is out of date: its ${what} has a newer job`;
  if (job.kind === "embed")
    return statuses.get(subject ?? "") === "ingested"
      ? undefined
      : "is out of date: its document is to be ingested first";
  if (subject && statuses.get(subject) !== "error")
    return `is out of date: its ${what} is no longer in error`;
  return undefined;
}

/** What the job is about waits for it again; its screens and its workers are told. */
async function reopen(tx: Sql, announce: Announcer, job: DeadLetter): Promise<void> {
  const { kind, id, documentId, messageId, workspace } = job;
  switch (kind) {
    case "parse":
    case "ingest": {
      if (!documentId || !workspace) break;
      const status = kind === "parse" ? "pending" : "parsed";
      await setDocumentStatus(tx, [documentId], status);
      await announce.events([
        jobQueued(workspace, kind, id, documentId),
        documentStatusUpdated(workspace, documentId, status),
      ]);
      break;
    }
    case "answer": {
      if (!messageId || !workspace) break;
      const message = await updateMessage(tx, messageId, { status: "pending", content: "" });
      await announce.events([messageStatusUpdated(workspace, message, message)]);
      break;
    }
    case "cleanup":
    case "deliver":
    case "notify":
    case "embed":
      break;
    default:
      unreachable(kind);
  }
  const hint = { job_id: id, ...(documentId ? { document_id: documentId } : {}) };
  announce.wake({ topic: QUEUE_TOPIC[kind], hint });
}
