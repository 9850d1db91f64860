import type { Sql } from "../postgres/sql.ts";
import { sleep } from "../service.ts";
import { openWorkspace } from "../workspace/store.ts";
import { type Look, type PresenceStatus, type PresenceStore, statusOf } from "./presence.ts";
import { listMemberIds } from "./store.ts";

/** Who asks waits no longer for a store that is silent. */
const LOOK_MAX_MS = 200;

/** Wire format. */
interface WorkspacePresence {
  readonly workspace_id: string;
  /** Whether it is known of everybody. */
  readonly known: boolean;
  readonly items: readonly { readonly user_id: string; readonly status: PresenceStatus }[];
  readonly next_cursor: string | null;
}

interface ReadDeps {
  readonly sql: Sql;
  readonly presence: PresenceStore;
}

/**
 * How the members of a workspace are shown to each of them, in the order of their ids.
 * @param page `cursor` is the last id of the page before
 * @throws AppError `workspace_not_found`
 */
export async function readPresence(
  { sql, presence }: ReadDeps,
  userId: string,
  workspaceId: string,
  { limit, cursor }: { readonly limit: number; readonly cursor: string | null },
): Promise<WorkspacePresence> {
  await openWorkspace(sql, userId, workspaceId, "viewer");
  const found = await listMemberIds(sql, workspaceId, cursor, limit + 1);
  const ids = found.slice(0, limit);
  const look = await lookInTime(presence, ids);
  return {
    workspace_id: workspaceId,
    known: look?.known ?? false,
    items: ids.map((id) => ({ user_id: id, status: statusOf(id, look) })),
    next_cursor: found.length > limit ? (ids.at(-1) ?? null) : null,
  };
}

/**
 * Which of these users have a connection now, asked in one round trip.
 * @returns undefined if that is unknown
 */
export async function onlineAmong(
  presence: PresenceStore,
  userIds: readonly string[],
): Promise<ReadonlySet<string> | undefined> {
  const look = await lookInTime(presence, userIds);
  return look?.known ? look.connected : undefined;
}

async function lookInTime(
  presence: PresenceStore,
  userIds: readonly string[],
): Promise<Look | undefined> {
  const done = new AbortController();
  const late = sleep(LOOK_MAX_MS, done.signal).then(() => undefined);
  return await Promise.race([presence.look(userIds), late]).finally(() => done.abort());
}
