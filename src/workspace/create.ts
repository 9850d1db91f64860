import { transact } from "../event/announce.ts";
import type { Bus } from "../event/bus.ts";
import type { Database } from "../postgres/sql.ts";
import { insertWorkspace } from "./store.ts";
import { type Workspace, workspaceJoined } from "./workspace.ts";

/** Creates a workspace; its creator is its first owner. */
export async function createWorkspace(
  sql: Database,
  bus: Bus,
  owner: { readonly userId: string; readonly tenantId: string },
  fields: { readonly name: string; readonly description: string | null },
): Promise<Workspace> {
  return await transact(sql, bus, async (tx, announce) => {
    const workspace = await insertWorkspace(tx, owner, fields);
    await announce.events([workspaceJoined(owner, workspace)]);
    return workspace;
  });
}
