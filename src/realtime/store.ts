import type { Position, StoredEvent, Topic } from "../event/event.ts";
import type { Sql } from "../postgres/sql.ts";

/** Something that a user follows beside their own topic. */
export interface Membership {
  readonly userId: string;
  readonly topic: Topic;
  /** Of a workspace, whose events are its tenant's. */
  readonly tenantId: string | null;
  /** For how long they have been in it. */
  readonly ageSeconds: number;
}

/** What some users are in, and the place in the log that this is as new as. */
export interface Memberships {
  readonly all: readonly Membership[];
  /** Whatever comes up to here had been committed. */
  readonly logEnd: Position;
}

/** The workspaces and conversations that some users are in now. */
export async function listMemberships(sql: Sql, userIds: readonly string[]): Promise<Memberships> {
  const asked = sql`any(${[...userIds]}::uuid[])`;
  const rows = await sql<(Membership & { readonly xmin: string | null })[]>`
    select m.user_id as "userId", 'workspace:' || m.workspace_id as topic, w.tenant_id as "tenantId",
      extract(epoch from now() - m.created_at)::float8 as "ageSeconds", null as xmin
    from workspace_members m join workspaces w on w.id = m.workspace_id where m.user_id = ${asked}
    union all
    select user_id, 'conversation:' || conversation_id, null,
      extract(epoch from now() - created_at)::float8, null
    from conversation_participants where user_id = ${asked}
    union all
    select null, null, null, null, pg_snapshot_xmin(pg_current_snapshot())::text`;
  return {
    all: rows.filter(({ xmin }) => xmin === null),
    logEnd: { xid: BigInt(rows.find(({ xmin }) => xmin !== null)?.xmin ?? 0), id: 0n },
  };
}

/** The events that tell of the end of what had these topics. */
export async function findEnds(
  sql: Sql,
  topics: readonly Topic[],
): Promise<(Pick<StoredEvent, "topic" | "type" | "payload"> & { readonly id: string })[]> {
  return await sql`
    select xid || '-' || id as id, topic, type, payload from events
    where topic = any(${[...topics]}::text[]) and type in ('workspace.deleted', 'conversation.deleted')`;
}

/** Where a conversation belongs, for good. */
export interface ConversationPlace {
  readonly workspaceId: string;
  readonly tenantId: string;
}

export async function findConversationPlace(
  sql: Sql,
  id: string,
): Promise<ConversationPlace | undefined> {
  const [row] = await sql<ConversationPlace[]>`
    select c.workspace_id as "workspaceId", w.tenant_id as "tenantId"
    from conversations c join workspaces w on w.id = c.workspace_id where c.id = ${id}`;
  return row;
}
