import { AppError } from "../error.ts";
import { type Page, type Placed, readPage } from "../list/page.ts";
import type { Paging } from "../list/paging.ts";
import type { Sql } from "../postgres/sql.ts";
import { requestField } from "../trace.ts";
import type { Member } from "./member.ts";
import { workspaceNotFound } from "./store.ts";
import type { OpenWorkspace, Role } from "./workspace.ts";

interface MemberRow {
  readonly workspace_id: string;
  readonly user_id: string;
  readonly role: Role;
  readonly created_at: Date;
  readonly updated_at: Date;
}

const LISTING = { at: "m.created_at", id: "m.user_id", order: "desc", changing: ["m"] } as const;

/**
 * Lets one change of the members at a time happen in a workspace. Who may make it is asked afterwards: the
 * change before it may have been to the caller's own role.
 * @throws AppError `workspace_not_found`
 */
export async function lockMembers(tx: Sql, workspaceId: string): Promise<void> {
  const rows = await tx`select id from workspaces where id = ${workspaceId} for no key update`;
  if (rows.length === 0) throw workspaceNotFound();
}

/** Newest first. */
export async function listMembers(
  sql: Sql,
  workspaceId: string,
  paging: Paging,
): Promise<Page<Member>> {
  return await readPage(
    sql,
    paging,
    LISTING,
    (page) => sql<Placed<MemberRow>[]>`
      select ${columns(sql)}, ${page.place} from workspace_members m
      where m.workspace_id = ${workspaceId} and ${page.within}
      ${page.ending}`,
    toMember,
  );
}

/** @returns undefined for somebody who is a member already */
export async function insertMember(
  tx: Sql,
  workspaceId: string,
  userId: string,
  role: Role,
): Promise<Member | undefined> {
  const [row] = await tx<MemberRow[]>`
    insert into workspace_members as m (workspace_id, user_id, role)
    values (${workspaceId}, ${userId}, ${role})
    on conflict do nothing returning ${columns(tx)}`;
  return row && toMember(row);
}

/** Keeps them as they are until the transaction ends. @throws AppError `member_not_found` */
export async function lockMember(tx: Sql, workspaceId: string, userId: string): Promise<Member> {
  const [row] = await tx<MemberRow[]>`
    select ${columns(tx)} from workspace_members m
    where m.workspace_id = ${workspaceId} and m.user_id = ${userId} for update`;
  if (!row) throw memberNotFound();
  return toMember(row);
}

/** Whether anybody but this user owns the workspace. */
export async function hasOtherOwner(
  tx: Sql,
  workspaceId: string,
  userId: string,
): Promise<boolean> {
  const rows = await tx`
    select user_id from workspace_members
    where workspace_id = ${workspaceId} and role = 'owner' and user_id <> ${userId} limit 1`;
  return rows.length > 0;
}

/** @throws AppError `member_not_found` */
export async function updateRole(
  tx: Sql,
  workspaceId: string,
  userId: string,
  role: Role,
): Promise<Member> {
  const [row] = await tx<MemberRow[]>`
    update workspace_members m set role = ${role}, updated_at = now()
    where m.workspace_id = ${workspaceId} and m.user_id = ${userId}
    returning ${columns(tx)}`;
  if (!row) throw memberNotFound();
  return toMember(row);
}

export async function deleteMember(tx: Sql, workspaceId: string, userId: string): Promise<void> {
  await tx`delete from workspace_members where workspace_id = ${workspaceId} and user_id = ${userId}`;
}

/** Tells the own sockets of every member that the workspace is theirs no more, however many they are. */
export async function tellAllToLeave(
  tx: Sql,
  { id, tenantId }: Pick<OpenWorkspace, "id" | "tenantId">,
): Promise<void> {
  await tx`
    insert into events (user_id, tenant_id, topic, type, payload)
    select user_id, ${tenantId}::text, 'user:' || user_id, 'workspace.left',
      jsonb_build_object('workspace_id', workspace_id) || ${tx.json(requestField())}
    from workspace_members where workspace_id = ${id}`;
}

function memberNotFound(): AppError {
  return new AppError("member_not_found", "The user is no member of the workspace.");
}

function columns(sql: Sql) {
  return sql`m.workspace_id, m.user_id, m.role, m.created_at, m.updated_at`;
}

function toMember({ workspace_id, user_id, role, created_at, updated_at }: MemberRow): Member {
  return {
    workspace_id,
    user_id,
    role,
    created_at: created_at.toISOString(),
    updated_at: updated_at.toISOString(),
  };
}
