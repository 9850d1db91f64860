import { AppError } from "../error.ts";
import { transact } from "../event/announce.ts";
import type { Bus } from "../event/bus.ts";
import type { Database } from "../postgres/sql.ts";
import { openWorkspace } from "../workspace/store.ts";
import { type Document, documentStatusUpdated } from "./document.ts";
import { jobQueued, queueParse } from "./parse-job.ts";
import { findNewestParseJob, lockDocument, type ParseJob, setDocumentStatus } from "./store.ts";

/**
 * Queues a new parse job. The old text stays findable until the new one replaces it.
 * @throws AppError `document_busy` while the document is being processed
 */
export async function reprocessDocument(
  sql: Database,
  bus: Bus,
  userId: string,
  workspaceId: string,
  id: string,
): Promise<{ document: Document; parse_job: ParseJob | null }> {
  return await transact(sql, bus, async (tx, announce) => {
    const workspace = await openWorkspace(tx, userId, workspaceId, "editor", "against deletion");
    const document = await lockDocument(tx, workspaceId, id);
    if (document.status === "pending" || document.status === "parsed")
      throw new AppError("document_busy", "The document is still being processed.");
    const [jobId] = await queueParse(tx, announce, [{ workspaceId, documentId: id }]);
    await setDocumentStatus(tx, [id], "pending");
    await announce.events([
      documentStatusUpdated(workspace, id, "pending"),
      jobQueued(workspace, "parse", jobId ?? "", id),
    ]);
    const parse_job = await findNewestParseJob(tx, id);
    return { document: { ...document, status: "pending" as const }, parse_job };
  });
}
