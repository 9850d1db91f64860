import type { Paging } from "../list/paging.ts";
import type { Sql } from "../postgres/sql.ts";
import { sleep } from "../service.ts";
import { listMembers } from "../workspace/member-store.ts";
import { openWorkspace } from "../workspace/store.ts";
import { type Look, type PresenceStatus, type PresenceStore, statusOf } from "./presence.ts";

/** Who asks waits no longer for a store that is silent. */
const LOOK_MAX_MS = 200;

/** Wire format. */
interface WorkspacePresence {
  readonly workspace_id: string;
  /** False while only those who are online are known. */
  readonly known: boolean;
  readonly items: readonly { readonly user_id: string; readonly status: PresenceStatus }[];
  readonly next_cursor: string | null;
}

interface ReadDeps {
  readonly sql: Sql;
  readonly presence: PresenceStore;
}

/**
 * How the members of a workspace are shown to each of them, in the order of the list of members.
 * @throws AppError `workspace_not_found`
 */
export async function readPresence(
  { sql, presence }: ReadDeps,
  userId: string,
  workspaceId: string,
  { limit, after }: Paging,
): Promise<WorkspacePresence> {
  await openWorkspace(sql, userId, workspaceId, "viewer");
  const { items, next_cursor } = await listMembers(sql, workspaceId, {
    limit,
    ...(after ? { after } : {}),
  });
  const userIds = items.map(({ user_id }) => user_id);
  const look = await lookInTime(presence, userIds);
  return {
    workspace_id: workspaceId,
    known: look?.known ?? false,
    items: userIds.map((id) => ({ user_id: id, status: statusOf(id, look) })),
    next_cursor,
  };
}

/**
 * Which of these users surely have a connection now, in one round trip. It never rejects.
 * @returns undefined if that is known of nobody
 */
export async function onlineAmong(
  presence: PresenceStore,
  userIds: readonly string[],
): Promise<ReadonlySet<string> | undefined> {
  return (await lookInTime(presence, userIds))?.connected;
}

async function lookInTime(
  presence: PresenceStore,
  userIds: readonly string[],
): Promise<Look | undefined> {
  const done = new AbortController();
  const late = sleep(LOOK_MAX_MS, done.signal).then(() => undefined);
  return await Promise.race([presence.look(userIds), late]).finally(() => done.abort());
}
