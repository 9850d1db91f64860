import { PermanentError } from "../error.ts";
import type { Audience } from "../event/event.ts";
import type { Job } from "../job/job.ts";
import type { OpenWorkspace } from "../workspace/workspace.ts";

/** A job on a document, with all that the schema promises of one. */
export type DocumentJob = Job & {
  readonly workspaceId: string;
  readonly documentId: string;
  readonly audience: Audience;
};

/** Another tool may have queued a job that names no document: it fails, and stands in nobody's way. */
export function isDocumentJob(job: Job): job is DocumentJob {
  return job.workspaceId !== null && job.documentId !== null && job.audience !== null;
}

/** @throws PermanentError for a job that names no document */
export function documentJob(job: Job): DocumentJob {
  if (isDocumentJob(job)) return job;
  throw new PermanentError("parse_failed", "The job names no document.");
}

export function workspaceOf({ workspaceId, audience }: DocumentJob): OpenWorkspace {
  return { id: workspaceId, ...audience };
}
