import type { EventType, NewEvent } from "../event/event.ts";
import type { OpenWorkspace, Role } from "./workspace.ts";

/** Wire format. */
export interface Member {
  readonly workspace_id: string;
  readonly user_id: string;
  readonly role: Role;
  readonly created_at: string;
  readonly updated_at: string;
}

/** Tells the members that one of them came, changed or went. */
export function memberChanged(
  { userId, tenantId, topic }: OpenWorkspace,
  type: Extract<EventType, `member.${string}`>,
  { workspace_id, user_id, role }: Member,
): NewEvent {
  return { userId, tenantId, topic, type, payload: { workspace_id, user_id, role } };
}

/** Tells somebody's own sockets that a workspace is theirs no more. */
export function workspaceLeft({ tenantId, id }: OpenWorkspace, userId: string): NewEvent {
  const payload = { workspace_id: id };
  return { userId, tenantId, topic: `user:${userId}`, type: "workspace.left", payload };
}
