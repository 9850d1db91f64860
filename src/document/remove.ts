import { transact } from "../event/announce.ts";
import type { Bus } from "../event/bus.ts";
import { insertJobs } from "../job/store.ts";
import type { Database } from "../postgres/sql.ts";
import type { SegmentIndex } from "../retrieval/index/segment-index.ts";
import { storageKeys } from "../storage/storage.ts";
import { openWorkspace } from "../workspace/store.ts";
import { documentDeleted } from "./document.ts";
import { lockDocument } from "./store.ts";

/** Removes a document: rows and index at once, its files as a job that survives a crash. */
export async function removeDocument(
  { sql, bus, index }: { sql: Database; bus: Bus; index: SegmentIndex },
  userId: string,
  workspaceId: string,
  id: string,
): Promise<void> {
  await transact(sql, bus, async (tx, announce) => {
    const workspace = await openWorkspace(tx, userId, workspaceId, "editor", "against deletion");
    await lockDocument(tx, workspaceId, id);
    await index.remove(tx, [{ workspaceId, documentId: id }]);
    await tx`delete from documents where id = ${id}`;
    await announce.events([documentDeleted(workspace, id)]);
    const payload = { prefix: storageKeys.document(workspaceId, id) };
    await insertJobs(tx, announce, [{ kind: "cleanup", payload }]);
  });
}
