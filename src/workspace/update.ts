import { transact } from "../event/announce.ts";
import type { Bus } from "../event/bus.ts";
import type { Database } from "../postgres/sql.ts";
import { lockMembers } from "./member-store.ts";
import { openWorkspace, updateWorkspace } from "./store.ts";
import { type Workspace, workspaceUpdated } from "./workspace.ts";

/**
 * Changes what a workspace is called and said to be.
 * @param fields what to change; null clears the description
 * @throws AppError `workspace_not_found`, or `forbidden` for callers who do not own it
 */
export async function changeWorkspace(
  sql: Database,
  bus: Bus,
  userId: string,
  id: string,
  fields: { readonly name?: string; readonly description?: string | null },
): Promise<Workspace> {
  return await transact(sql, bus, async (tx, announce) => {
    // Whoever stops being an owner in the same moment changes nothing any more.
    await lockMembers(tx, id);
    const open = await openWorkspace(tx, userId, id, "owner");
    const workspace = await updateWorkspace(tx, id, fields);
    await announce.events([workspaceUpdated(open, workspace)]);
    return workspace;
  });
}
