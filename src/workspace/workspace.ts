import type { Audience, NewEvent } from "../event/event.ts";

/** Wire format. */
export interface Workspace {
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
  readonly created_at: string;
  readonly updated_at: string;
}

/** What a member may do; each may do what those before it may. */
export const ROLES = ["viewer", "editor", "owner"] as const;
export type Role = (typeof ROLES)[number];

/** Whether a role is enough where another one is needed. */
export function mayActAs(role: Role, needed: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(needed);
}

/** A workspace, as its events see it: they are for all its members. */
export interface OpenWorkspace extends Audience {
  readonly id: string;
}

export function openedWorkspace(id: string, userId: string, tenantId: string): OpenWorkspace {
  return { id, userId, tenantId, topic: `workspace:${id}` };
}

export function workspaceUpdated(open: OpenWorkspace, workspace: Workspace): NewEvent {
  const { id: workspace_id, userId, tenantId, topic } = open;
  const payload = { workspace_id, workspace: { ...workspace } };
  return { userId, tenantId, topic, type: "workspace.updated", payload };
}

export function workspaceDeleted({ id, userId, tenantId, topic }: OpenWorkspace): NewEvent {
  return { userId, tenantId, topic, type: "workspace.deleted", payload: { workspace_id: id } };
}

/** Tells somebody's own sockets that a workspace is theirs to follow from now on. */
export function workspaceJoined(
  { userId, tenantId }: Pick<Audience, "userId" | "tenantId">,
  workspace: Workspace,
): NewEvent {
  return {
    userId,
    tenantId,
    topic: `user:${userId}`,
    type: "workspace.joined",
    payload: { workspace_id: workspace.id, workspace: { ...workspace } },
  };
}
