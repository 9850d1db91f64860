import { AppError } from "../error.ts";
import type { Audience } from "../event/event.ts";
import type { Job } from "../job/job.ts";
import type { OpenWorkspace } from "../workspace/workspace.ts";

/** A job on a document, with all that the schema promises of one. */
export type DocumentJob = Job & {
  readonly workspaceId: string;
  readonly documentId: string;
  readonly audience: Audience;
};

/** @throws AppError `lease_lost` if the document has gone since the claim */
export function documentJob(job: Job): DocumentJob {
  const { workspaceId, documentId, audience } = job;
  if (!workspaceId || !documentId || !audience)
    throw new AppError("lease_lost", "The document of this job is gone.");
  return { ...job, workspaceId, documentId, audience };
}

export function workspaceOf({ workspaceId, audience }: DocumentJob): OpenWorkspace {
  return { id: workspaceId, ...audience };
}
