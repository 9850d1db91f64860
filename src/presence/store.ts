import type { Sql } from "../postgres/sql.ts";
import { openedWorkspace, type OpenWorkspace } from "../workspace/workspace.ts";

/** A workspace in which others see a user come and go. */
export interface Place {
  readonly userId: string;
  readonly workspace: OpenWorkspace;
}

/**
 * Where these users are seen by others, in a fixed order.
 * @param after the last of those that were listed before
 */
export async function listPlaces(
  sql: Sql,
  userIds: readonly string[],
  after: Place | undefined,
  limit: number,
): Promise<Place[]> {
  const from = after
    ? sql`and (m.user_id, m.workspace_id) > (${after.userId}::uuid, ${after.workspace.id}::uuid)`
    : sql``;
  const rows = await sql<
    { member_id: string; workspace_id: string; user_id: string; tenant_id: string }[]
  >`
    select m.user_id as member_id, m.workspace_id, w.user_id, w.tenant_id from workspace_members m
    join workspaces w on w.id = m.workspace_id
    where m.user_id = any(${[...userIds]}::uuid[]) ${from}
      and exists (select from workspace_members other
        where other.workspace_id = m.workspace_id and other.user_id <> m.user_id)
    order by m.user_id, m.workspace_id limit ${limit}`;
  return rows.map((row) => ({
    userId: row.member_id,
    workspace: openedWorkspace(row.workspace_id, row.user_id, row.tenant_id),
  }));
}
