import { documentStatusUpdated } from "../document/document.ts";
import { setDocumentStatus } from "../document/store.ts";
import type { Announcer } from "../event/announce.ts";
import { type Failure, type Job, jobEvent } from "../job/job.ts";
import type { Task } from "../job/task.ts";
import type { Sql } from "../postgres/sql.ts";
import { isDocumentJob, workspaceOf } from "./audience.ts";

/** What parsing and ingesting tell alike of a job that starts, goes back to the queue, or is given up. */
export const documentJobReports = {
  async started(_tx: Sql, jobs: readonly Job[], announce: Announcer): Promise<void> {
    await announce.events(jobs.filter(isDocumentJob).map((job) => jobEvent(job, "running", null)));
  },

  async requeued(_tx: Sql, job: Job, failure: Failure | null, announce: Announcer): Promise<void> {
    if (!isDocumentJob(job)) return;
    await announce.events([jobEvent(job, "queued", failure?.message ?? null)]);
  },

  async failed(tx: Sql, job: Job, failure: Failure, announce: Announcer): Promise<void> {
    if (!isDocumentJob(job)) return;
    await setDocumentStatus(tx, [job.documentId], "error");
    await announce.events([
      jobEvent(job, "failed", failure.message),
      documentStatusUpdated(workspaceOf(job), job.documentId, "error"),
    ]);
  },
} satisfies Partial<Task>;
