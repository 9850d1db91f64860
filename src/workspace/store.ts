import { AppError } from "../error.ts";
import { type Page, type Placed, readPage } from "../list/page.ts";
import type { Paging } from "../list/paging.ts";
import type { Sql } from "../postgres/sql.ts";
import {
  mayActAs,
  openedWorkspace,
  type OpenWorkspace,
  type Role,
  type Workspace,
} from "./workspace.ts";

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

const LISTING = { at: "w.created_at", id: "w.id", order: "desc", changing: ["w", "m"] } as const;

/** Newest first. One that the user has come into counts as changed too. */
export async function listWorkspaces(
  sql: Sql,
  userId: string,
  paging: Paging,
): Promise<Page<Workspace>> {
  return await readPage(
    sql,
    paging,
    LISTING,
    (page) => sql<Placed<WorkspaceRow>[]>`
      select w.id, w.name, w.description, w.created_at, w.updated_at, ${page.place}
      from workspace_members m join workspaces w on w.id = m.workspace_id
      where m.user_id = ${userId} and ${page.within}
      ${page.ending}`,
    toWorkspace,
  );
}

/** For a caller who may see it. */
export async function findWorkspace(sql: Sql, id: string): Promise<Workspace> {
  const [row] = await sql<WorkspaceRow[]>`
    select id, name, description, created_at, updated_at from workspaces where id = ${id}`;
  return toWorkspace(row);
}

/**
 * For a caller who may change it.
 * @param fields what to change; null clears the description
 */
export async function updateWorkspace(
  sql: Sql,
  id: string,
  fields: { name?: string; description?: string | null },
): Promise<Workspace> {
  const [row] = await sql<WorkspaceRow[]>`
    update workspaces set name = coalesce(${fields.name ?? null}, name),
      description = case when ${fields.description !== undefined} then ${fields.description ?? null}
        else description end,
      updated_at = now()
    where id = ${id}
    returning id, name, description, created_at, updated_at`;
  return toWorkspace(row);
}

/**
 * The one place that decides whether a caller may use a workspace.
 * @param needed the role that the deed takes
 * @param lock keeps it as it is until the transaction ends: from being deleted by another, with the caller
 *   as its member, or from being used by another as well
 * @throws AppError `workspace_not_found` for one that the caller is no member of, exactly as for none;
 *   `forbidden` for a member whose role is not enough
 */
export async function openWorkspace(
  sql: Sql,
  userId: string,
  id: string,
  needed: Role,
  lock?: "against deletion" | "against use",
): Promise<OpenWorkspace> {
  // A statement of its own: what it waited for may have changed the caller's role.
  if (lock === "against use") await sql`select id from workspaces where id = ${id} for update`;
  const locking = lock === "against deletion" ? sql`for key share of w, m` : sql``;
  const [row] = await sql<{ user_id: string; tenant_id: string; role: Role }[]>`
    select w.user_id, w.tenant_id, m.role from workspaces w
    join workspace_members m on m.workspace_id = w.id and m.user_id = ${userId}
    where w.id = ${id} ${locking}`;
  if (!row) throw workspaceNotFound();
  checkRole(row.role, needed);
  return openedWorkspace(id, row.user_id, row.tenant_id);
}

/** @throws AppError `forbidden` */
export function checkRole(role: Role, needed: Role): void {
  if (!mayActAs(role, needed))
    throw new AppError("forbidden", `This takes the role '${needed}'; yours is '${role}'.`);
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
