import { leaveConversations } from "../chat/participant-store.ts";
import { AppError } from "../error.ts";
import { type Announcer, transact } from "../event/announce.ts";
import type { Bus } from "../event/bus.ts";
import type { Database, Sql } from "../postgres/sql.ts";
import { type Member, memberChanged, workspaceLeft } from "./member.ts";
import {
  deleteMember,
  lockMember,
  hasOtherOwner,
  insertMember,
  lockMembers,
  updateRole,
} from "./member-store.ts";
import { findWorkspace, openWorkspace } from "./store.ts";
import { type Role, workspaceJoined } from "./workspace.ts";

export interface MemberDeps {
  readonly sql: Database;
  readonly bus: Bus;
}

/** Whom a change is about, and who makes it. */
export interface MemberChange {
  readonly callerId: string;
  readonly workspaceId: string;
  readonly userId: string;
}

/**
 * Takes somebody into a workspace. Somebody who is there already stays as they are.
 * @throws AppError `forbidden` for callers who do not own it
 */
export async function addMember(
  { sql, bus }: MemberDeps,
  { callerId, workspaceId, userId }: MemberChange,
  role: Role,
): Promise<Member> {
  return await transact(sql, bus, async (tx, announce) => {
    await lockMembers(tx, workspaceId);
    const workspace = await openWorkspace(tx, callerId, workspaceId, "owner");
    const member = await insertMember(tx, workspaceId, userId, role);
    if (!member) return await lockMember(tx, workspaceId, userId);
    const { tenantId } = workspace;
    await announce.events([
      memberChanged(workspace, "member.added", member),
      workspaceJoined({ userId, tenantId }, await findWorkspace(tx, workspaceId)),
    ]);
    return member;
  });
}

/** @throws AppError `forbidden`, `member_not_found`, or `last_owner` for one who would leave no owner behind */
export async function changeRole(
  { sql, bus }: MemberDeps,
  { callerId, workspaceId, userId }: MemberChange,
  role: Role,
): Promise<Member> {
  return await transact(sql, bus, async (tx, announce) => {
    await lockMembers(tx, workspaceId);
    const workspace = await openWorkspace(tx, callerId, workspaceId, "owner");
    const before = await lockMember(tx, workspaceId, userId);
    if (before.role === role) return before;
    await keepAnOwner(tx, before);
    const member = await updateRole(tx, workspaceId, userId, role);
    await announce.events([memberChanged(workspace, "member.updated", member)]);
    return member;
  });
}

/**
 * Removes somebody from a workspace and all its conversations: an owner anybody, anybody themselves.
 * @throws AppError `forbidden`, `member_not_found` or `last_owner`
 */
export async function removeMember({ sql, bus }: MemberDeps, change: MemberChange): Promise<void> {
  await transact(sql, bus, (tx, announce) => removeIn(tx, announce, change));
}

async function removeIn(
  tx: Sql,
  announce: Announcer,
  { callerId, workspaceId, userId }: MemberChange,
): Promise<void> {
  await lockMembers(tx, workspaceId);
  const needed = callerId === userId ? "viewer" : "owner";
  const workspace = await openWorkspace(tx, callerId, workspaceId, needed);
  // What the member has begun in these moments is there, or will not be.
  const member = await lockMember(tx, workspaceId, userId);
  await keepAnOwner(tx, member);
  await leaveConversations(tx, workspace, userId);
  await deleteMember(tx, workspaceId, userId);
  await announce.events([
    memberChanged(workspace, "member.removed", member),
    workspaceLeft(workspace, userId),
  ]);
}

async function keepAnOwner(tx: Sql, { workspace_id, user_id, role }: Member): Promise<void> {
  if (role !== "owner" || (await hasOtherOwner(tx, workspace_id, user_id))) return;
  throw new AppError("last_owner", "A workspace needs an owner: make somebody else one first.");
}
