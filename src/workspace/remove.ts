import { documentDeleted } from "../document/document.ts";
import { listDocumentIds } from "../document/store.ts";
import { transact } from "../event/announce.ts";
import type { Bus } from "../event/bus.ts";
import { insertJobs } from "../job/store.ts";
import type { Database } from "../postgres/sql.ts";
import { storageKeys } from "../storage/storage.ts";
import { tellAllToLeave } from "./member-store.ts";
import { openWorkspace } from "./store.ts";
import { workspaceDeleted } from "./workspace.ts";

/** Removes a workspace and everything under it; its files follow as a job that survives a crash. */
export async function removeWorkspace(
  sql: Database,
  bus: Bus,
  userId: string,
  id: string,
): Promise<void> {
  await transact(sql, bus, async (tx, announce) => {
    // An upload that is about to commit comes first, or its documents would go without a word.
    const workspace = await openWorkspace(tx, userId, id, "owner", "against use");
    const documentIds = await listDocumentIds(tx, id);
    await announce.events([
      ...documentIds.map((documentId) => documentDeleted(workspace, documentId)),
      workspaceDeleted(workspace),
    ]);
    // Behind the others in the log: whoever hears it follows the workspace no longer.
    await tellAllToLeave(tx, workspace);
    await tx`delete from workspaces where id = ${id}`;
    const payload = { prefix: storageKeys.workspace(id) };
    await insertJobs(tx, announce, [{ kind: "cleanup", payload }]);
  });
}
