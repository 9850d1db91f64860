import { AppError } from "../error.ts";
import type { Audience } from "../event/event.ts";
import { type Page, type Placed, readPage } from "../list/page.ts";
import type { Paging } from "../list/paging.ts";
import type { Sql } from "../postgres/sql.ts";
import { workspaceNotFound } from "../workspace/store.ts";
import type { Role } from "../workspace/workspace.ts";
import type { Conversation } from "./chat.ts";
import { unreadCount } from "./read-store.ts";

interface ConversationRow {
  readonly id: string;
  readonly workspace_id: string;
  readonly user_id: string | null;
  readonly title: string;
  readonly created_at: Date;
  readonly updated_at: Date;
  readonly last_message_at: Date | null;
  readonly unread_count: number;
}

/** A conversation that the caller takes part in; its events are for all who do. */
export interface OpenConversation extends Audience {
  readonly id: string;
  readonly workspaceId: string;
  /** The caller's in the workspace. */
  readonly role: Role;
  readonly creatorId: string | null;
}

/** Its creator takes part in it. @throws AppError `workspace_not_found` if it has been deleted just now */
export async function insertConversation(
  sql: Sql,
  workspaceId: string,
  userId: string,
  title: string,
): Promise<Conversation> {
  const [row] = await sql<ConversationRow[]>`
    insert into conversations (id, workspace_id, user_id, title)
    select ${Bun.randomUUIDv7()}::uuid, id, ${userId}::uuid, ${title}::text from workspaces
    where id = ${workspaceId} for key share
    returning id, workspace_id, user_id, title, created_at, updated_at,
      null::timestamptz as last_message_at, 0 as unread_count`;
  if (!row) throw workspaceNotFound();
  return toConversation(row);
}

const LISTING = { at: "c.created_at", id: "c.id", order: "desc", changing: ["c", "l"] } as const;

/** Those of a workspace that the user takes part in, newest first. */
export async function listConversations(
  sql: Sql,
  workspaceId: string,
  userId: string,
  paging: Paging,
): Promise<Page<Conversation>> {
  return await readPage(
    sql,
    paging,
    LISTING,
    (page) => sql<Placed<ConversationRow>[]>`
      select c.id, c.workspace_id, c.user_id, c.title, c.created_at,
        greatest(c.updated_at, l.updated_at) as updated_at, l.created_at as last_message_at,
        ${unreadCount(sql)} as unread_count, ${page.place}
      from conversation_participants p join conversations c on c.id = p.conversation_id
      left join lateral (
        select m.created_at, m.updated_at, m.changed_xid from messages m where m.conversation_id = c.id
        order by m.created_at desc, m.id desc limit 1) l on true
      where p.user_id = ${userId} and p.workspace_id = ${workspaceId}
        and ${page.within}
      ${page.ending}`,
    toConversation,
  );
}

/** Notes that a conversation has changed. @returns it as it is for somebody new. @throws AppError `conversation_not_found` */
export async function touchConversation(tx: Sql, id: string): Promise<Conversation> {
  const [row] = await tx<ConversationRow[]>`
    update conversations c set updated_at = now() where id = ${id}
    returning id, workspace_id, user_id, title, created_at, updated_at, 0 as unread_count,
      (select max(m.created_at) from messages m where m.conversation_id = c.id) as last_message_at`;
  return toConversation(row);
}

export async function deleteConversation(tx: Sql, id: string): Promise<void> {
  await tx`delete from conversations where id = ${id}`;
}

/** @throws AppError `conversation_not_found` for one that the caller takes no part in, exactly as for none */
export async function openConversation(
  sql: Sql,
  userId: string,
  id: string,
): Promise<OpenConversation> {
  const [row] = await sql<
    {
      workspace_id: string;
      creator_id: string | null;
      user_id: string;
      tenant_id: string;
      role: Role;
    }[]
  >`
    select c.workspace_id, c.user_id as creator_id, w.user_id, w.tenant_id, m.role
    from conversation_participants p
    join conversations c on c.id = p.conversation_id
    join workspaces w on w.id = p.workspace_id
    join workspace_members m on m.workspace_id = p.workspace_id and m.user_id = p.user_id
    where p.conversation_id = ${id} and p.user_id = ${userId}`;
  if (!row) throw conversationNotFound();
  return {
    id,
    workspaceId: row.workspace_id,
    role: row.role,
    creatorId: row.creator_id,
    userId: row.user_id,
    tenantId: row.tenant_id,
    topic: `conversation:${id}`,
  };
}

export function conversationNotFound(): AppError {
  return new AppError("conversation_not_found", "The conversation does not exist.");
}

function toConversation(row: ConversationRow | undefined): Conversation {
  if (!row) throw conversationNotFound();
  return {
    id: row.id,
    workspace_id: row.workspace_id,
    user_id: row.user_id,
    title: row.title,
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
    last_message_at: row.last_message_at?.toISOString() ?? null,
    unread_count: row.unread_count,
  };
}
