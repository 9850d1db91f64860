import { AppError } from "../error.ts";
import type { Sql } from "../postgres/sql.ts";
import type { OpenWorkspace, Workspace } from "./workspace.ts";

interface WorkspaceRow {
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
  readonly created_at: Date;
  readonly updated_at: Date;
}

export async function insertWorkspace(
  sql: Sql,
  owner: { userId: string; tenantId: string },
  fields: { name: string; description: string | null },
): Promise<Workspace> {
  const [row] = await sql<WorkspaceRow[]>`
    insert into workspaces (id, user_id, tenant_id, name, description)
    values (${Bun.randomUUIDv7()}, ${owner.userId}, ${owner.tenantId}, ${fields.name}, ${fields.description})
    returning id, name, description, created_at, updated_at`;
  return toWorkspace(row);
}

/** Newest first. */
export async function listWorkspaces(sql: Sql, userId: string): Promise<Workspace[]> {
  const rows = await sql<WorkspaceRow[]>`
    select id, name, description, created_at, updated_at from workspaces
    where user_id = ${userId} order by created_at desc, id desc`;
  return rows.map(toWorkspace);
}

export async function findWorkspace(sql: Sql, userId: string, id: string): Promise<Workspace> {
  const [row] = await sql<WorkspaceRow[]>`
    select id, name, description, created_at, updated_at from workspaces
    where id = ${id} and user_id = ${userId}`;
  return toWorkspace(row);
}

/** @param fields what to change; null clears the description */
export async function updateWorkspace(
  sql: Sql,
  userId: string,
  id: string,
  fields: { name?: string; description?: string | null },
): Promise<Workspace> {
  const [row] = await sql<WorkspaceRow[]>`
    update workspaces set name = coalesce(${fields.name ?? null}, name),
      description = case when ${fields.description !== undefined} then ${fields.description ?? null}
        else description end,
      updated_at = now()
    where id = ${id} and user_id = ${userId}
    returning id, name, description, created_at, updated_at`;
  return toWorkspace(row);
}

/**
 * The one place that decides whether a caller may use a workspace.
 * @param lock keeps it as it is until the transaction ends: from being deleted by another, or from being
 *   used by another as well
 * @throws AppError `workspace_not_found`, for another user's exactly as for none
 */
export async function openWorkspace(
  sql: Sql,
  userId: string,
  id: string,
  lock?: "against deletion" | "against use",
): Promise<OpenWorkspace> {
  const locking = lock ? (lock === "against use" ? sql`for update` : sql`for key share`) : sql``;
  const [row] = await sql<{ id: string; user_id: string; tenant_id: string }[]>`
    select id, user_id, tenant_id from workspaces where id = ${id} and user_id = ${userId} ${locking}`;
  if (!row) throw workspaceNotFound();
  return { id: row.id, userId: row.user_id, tenantId: row.tenant_id };
}

export function workspaceNotFound(): AppError {
  return new AppError("workspace_not_found", "The workspace does not exist.");
}

function toWorkspace(row: WorkspaceRow | undefined): Workspace {
  if (!row) throw workspaceNotFound();
  return {
    id: row.id,
    name: row.name,
    description: row.description,
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
  };
}
