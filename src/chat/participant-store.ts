import { AppError } from "../error.ts";
import { type Page, type Placed, readPage } from "../list/page.ts";
import type { Paging } from "../list/paging.ts";
import type { Sql } from "../postgres/sql.ts";
import { requestField } from "../trace.ts";
import type { OpenWorkspace } from "../workspace/workspace.ts";
import type { Participant } from "./participant.ts";
import { conversationNotFound } from "./store.ts";

interface ParticipantRow {
  readonly user_id: string;
  readonly created_at: Date;
}

const LISTING = { at: "p.created_at", id: "p.user_id", order: "desc", changing: [] } as const;

/**
 * Lets one change of those who take part at a time happen in a conversation. Messages do not wait for it.
 * @throws AppError `conversation_not_found`
 */
export async function lockParticipants(tx: Sql, conversationId: string): Promise<void> {
  const rows = await tx`
    select id from conversations where id = ${conversationId} for no key update`;
  if (rows.length === 0) throw conversationNotFound();
}

/** Newest first. */
export async function listParticipants(
  sql: Sql,
  conversationId: string,
  paging: Paging,
): Promise<Page<Participant>> {
  return await readPage(
    sql,
    paging,
    LISTING,
    (page) => sql<Placed<ParticipantRow>[]>`
      select p.user_id, p.created_at, ${page.place} from conversation_participants p
      where p.conversation_id = ${conversationId} and ${page.within}
      ${page.ending}`,
    toParticipant,
  );
}

/** Those of some users who take part, in the order of their ids. */
export async function findParticipants(
  sql: Sql,
  conversationId: string,
  userIds: readonly string[],
): Promise<Participant[]> {
  const rows = await sql<ParticipantRow[]>`
    select user_id, created_at from conversation_participants
    where conversation_id = ${conversationId} and user_id = any(${[...userIds]}::uuid[])
    order by user_id`;
  return rows.map(toParticipant);
}

/**
 * Lets members of the workspace take part.
 * @returns those who did not before
 * @throws AppError `not_a_member`, and nothing is changed
 */
export async function insertParticipants(
  tx: Sql,
  { id, workspaceId }: { readonly id: string; readonly workspaceId: string },
  userIds: readonly string[],
): Promise<string[]> {
  // Whoever is being removed from the workspace right now is waited for.
  const members = await tx<{ user_id: string }[]>`
    select user_id from workspace_members
    where workspace_id = ${workspaceId} and user_id = any(${[...userIds]}::uuid[])
    order by user_id for key share`;
  const known = new Set(members.map(({ user_id }) => user_id));
  const stranger = userIds.find((userId) => !known.has(userId));
  if (stranger)
    throw new AppError("not_a_member", `The user ${stranger} is no member of the workspace.`);
  const rows = await tx<{ user_id: string }[]>`
    insert into conversation_participants (conversation_id, user_id, workspace_id)
    select ${id}::uuid, user_id, ${workspaceId}::uuid from unnest(${[...userIds]}::uuid[]) as u (user_id)
    on conflict do nothing returning user_id`;
  return rows.map(({ user_id }) => user_id);
}

/** @throws AppError `participant_not_found` */
export async function deleteParticipant(
  tx: Sql,
  conversationId: string,
  userId: string,
): Promise<void> {
  const rows = await tx`
    delete from conversation_participants
    where conversation_id = ${conversationId} and user_id = ${userId} returning user_id`;
  if (rows.length === 0)
    throw new AppError("participant_not_found", "The user takes no part in the conversation.");
}

export async function hasParticipants(tx: Sql, conversationId: string): Promise<boolean> {
  const rows = await tx`
    select user_id from conversation_participants where conversation_id = ${conversationId} limit 1`;
  return rows.length > 0;
}

/** Tells the own sockets of each who takes part that the conversation is theirs no more, however many they are. */
export async function tellAllToLeave(tx: Sql, conversationId: string): Promise<void> {
  await tx`
    insert into events (user_id, tenant_id, topic, type, payload)
    select p.user_id, w.tenant_id, 'user:' || p.user_id, 'conversation.left',
      jsonb_build_object('workspace_id', w.id, 'conversation_id', p.conversation_id) || ${tx.json(requestField())}
    from conversation_participants p join workspaces w on w.id = p.workspace_id
    where p.conversation_id = ${conversationId}`;
}

/**
 * Takes a user out of all conversations of a workspace, however many, and tells those who stay. A conversation
 * that nobody takes part in any more is nobody's to read, and goes.
 */
export async function leaveConversations(
  tx: Sql,
  { id, userId: ownerId, tenantId }: OpenWorkspace,
  userId: string,
): Promise<void> {
  // Nobody comes or goes while it is asked who is left.
  await tx`
    with locked as (
      select c.id from conversation_participants p join conversations c on c.id = p.conversation_id
      where p.workspace_id = ${id} and p.user_id = ${userId} order by c.id for no key update of c)
    select count(*) from locked`;
  await tx`
    with gone as (
      delete from conversation_participants where workspace_id = ${id} and user_id = ${userId}
      returning conversation_id
    ), shared as (
      select conversation_id from gone where exists (
        select from conversation_participants p
        where p.conversation_id = gone.conversation_id and p.user_id <> ${userId})
    ), emptied as (
      delete from conversations where id in (
        select conversation_id from gone except select conversation_id from shared)
    )
    insert into events (user_id, tenant_id, topic, type, payload)
    select ${ownerId}::uuid, ${tenantId}::text, 'conversation:' || conversation_id, 'participant.removed',
      jsonb_build_object('workspace_id', ${id}::text, 'conversation_id', conversation_id, 'user_id', ${userId}::text)
        || ${tx.json(requestField())}
    from shared`;
}

function toParticipant({ user_id, created_at }: ParticipantRow): Participant {
  return { user_id, created_at: created_at.toISOString() };
}
