import type { Announcer } from "../event/announce.ts";
import type { NewEvent } from "../event/event.ts";
import { LIGHT_WEIGHT } from "../job/job.ts";
import { insertJobs } from "../job/store.ts";
import type { Sql } from "../postgres/sql.ts";
import type { RequestField } from "../trace.ts";
import type { OpenWorkspace } from "../workspace/workspace.ts";

/** A document that is to be parsed. */
export interface ParseOrder {
  readonly workspaceId: string;
  readonly documentId: string;
  /** It is read in a millisecond. */
  readonly light?: boolean;
  /** What it is queued for, where that is not what the caller is doing. */
  readonly request?: RequestField;
}

/** Queues the parsing of documents. @returns job ids, in order */
export async function queueParse(
  tx: Sql,
  announce: Announcer,
  documents: readonly ParseOrder[],
): Promise<string[]> {
  return await insertJobs(
    tx,
    announce,
    documents.map(({ workspaceId, documentId, light, request }) => {
      const weight = light ? LIGHT_WEIGHT : 1;
      return { kind: "parse", workspaceId, documentId, weight, payload: { ...request } };
    }),
  );
}

export function jobQueued(
  { id, userId, tenantId, topic }: OpenWorkspace,
  jobType: "parse" | "ingest",
  jobId: string,
  documentId: string,
): NewEvent {
  return {
    userId,
    tenantId,
    topic,
    type: "job.status_updated",
    payload: {
      job_id: jobId,
      job_type: jobType,
      workspace_id: id,
      document_id: documentId,
      status: "queued",
      retry_count: 0,
      error_message: null,
    },
  };
}
