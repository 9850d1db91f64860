import { AppError } from "../error.ts";
import type { Audience } from "../event/event.ts";
import type { Json, Sql } from "../postgres/sql.ts";
import type { Conversation, Message, MessageStatus } from "./chat.ts";

interface ConversationRow {
  readonly id: string;
  readonly workspace_id: string;
  readonly title: string;
  readonly created_at: Date;
  readonly updated_at: Date;
}

interface MessageRow {
  readonly id: string;
  readonly conversation_id: string;
  readonly workspace_id: string;
  readonly role: "user" | "ai";
  readonly content: string;
  readonly status: MessageStatus;
  readonly metadata: Record<string, unknown>;
  readonly created_at: Date;
}

/** A conversation that the caller may use, and whom its events are for. */
export interface OpenConversation extends Audience {
  readonly id: string;
  readonly workspaceId: string;
}

export async function insertConversation(
  sql: Sql,
  workspaceId: string,
  title: string,
): Promise<Conversation> {
  const [row] = await sql<ConversationRow[]>`
    insert into conversations (id, workspace_id, title)
    values (${Bun.randomUUIDv7()}, ${workspaceId}, ${title})
    returning id, workspace_id, title, created_at, updated_at`;
  return toConversation(row);
}

/** Newest first. */
export async function listConversations(sql: Sql, workspaceId: string): Promise<Conversation[]> {
  const rows = await sql<ConversationRow[]>`
    select id, workspace_id, title, created_at, updated_at from conversations
    where workspace_id = ${workspaceId} order by created_at desc, id desc`;
  return rows.map(toConversation);
}

/** @throws AppError `conversation_not_found` */
export async function deleteConversation(sql: Sql, workspaceId: string, id: string): Promise<void> {
  const rows = await sql`
    delete from conversations where id = ${id} and workspace_id = ${workspaceId} returning id`;
  if (rows.length === 0) throw conversationNotFound();
}

/** @throws AppError `conversation_not_found`, for another user's exactly as for none */
export async function openConversation(
  sql: Sql,
  userId: string,
  id: string,
): Promise<OpenConversation> {
  const [row] = await sql<{ id: string; workspace_id: string; tenant_id: string }[]>`
    select c.id, c.workspace_id, w.tenant_id from conversations c
    join workspaces w on w.id = c.workspace_id
    where c.id = ${id} and w.user_id = ${userId}`;
  if (!row) throw conversationNotFound();
  return { id: row.id, workspaceId: row.workspace_id, userId, tenantId: row.tenant_id };
}

/** Whom the events of a conversation are for; null if it is gone. */
export async function conversationAudience(sql: Sql, id: string): Promise<Audience | null> {
  const [row] = await sql<{ user_id: string; tenant_id: string }[]>`
    select w.user_id, w.tenant_id from conversations c
    join workspaces w on w.id = c.workspace_id where c.id = ${id}`;
  return row ? { userId: row.user_id, tenantId: row.tenant_id } : null;
}

/** Stores messages in the order given, which is the order they are listed in. */
export async function insertMessages(
  tx: Sql,
  { id, workspaceId }: OpenConversation,
  messages: readonly Pick<Message, "role" | "content" | "status">[],
): Promise<Message[]> {
  const values = messages.map((message) => ({ id: Bun.randomUUIDv7(), ...message }));
  const rows = await tx<MessageRow[]>`
    with touched as (update conversations set updated_at = now() where id = ${id})
    insert into messages (id, conversation_id, workspace_id, role, content, status)
    select m.id, ${id}, ${workspaceId}, m.role, m.content, m.status
    from jsonb_to_recordset(${tx.json(values)}) as m (id uuid, role text, content text, status text)
    returning id, conversation_id, workspace_id, role, content, status, metadata, created_at`;
  return rows.map(toMessage).toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

/** Oldest first. */
export async function listMessages(sql: Sql, conversationId: string): Promise<Message[]> {
  const rows = await sql<MessageRow[]>`
    select id, conversation_id, workspace_id, role, content, status, metadata, created_at
    from messages where conversation_id = ${conversationId} order by created_at, id`;
  return rows.map(toMessage);
}

/** @throws AppError `message_not_found` */
export async function findMessage(sql: Sql, id: string): Promise<Message> {
  const [row] = await sql<MessageRow[]>`
    select id, conversation_id, workspace_id, role, content, status, metadata, created_at
    from messages where id = ${id}`;
  return toMessage(row);
}

/** Those that have been deleted meanwhile are not among the returned. */
export async function setMessagesRunning(tx: Sql, ids: readonly string[]): Promise<Message[]> {
  const rows = await tx<MessageRow[]>`
    update messages set status = 'running', updated_at = now() where id = any(${[...ids]}::uuid[])
    returning id, conversation_id, workspace_id, role, content, status, metadata, created_at`;
  return rows.map(toMessage);
}

export async function updateMessage(
  tx: Sql,
  id: string,
  fields: { status: MessageStatus; content?: string; metadata?: Json },
): Promise<Message> {
  const [row] = await tx<MessageRow[]>`
    update messages set status = ${fields.status}, content = coalesce(${fields.content ?? null}, content),
      metadata = coalesce(${fields.metadata === undefined ? null : tx.json(fields.metadata)}::jsonb, metadata),
      updated_at = now()
    where id = ${id}
    returning id, conversation_id, workspace_id, role, content, status, metadata, created_at`;
  return toMessage(row);
}

/** @throws AppError `message_not_found` */
export async function deleteMessage(sql: Sql, conversationId: string, id: string): Promise<void> {
  const rows = await sql`
    delete from messages where id = ${id} and conversation_id = ${conversationId} returning id`;
  if (rows.length === 0) throw messageNotFound();
}

function conversationNotFound(): AppError {
  return new AppError("conversation_not_found", "The conversation does not exist.");
}

function messageNotFound(): AppError {
  return new AppError("message_not_found", "The message does not exist.");
}

function toConversation(row: ConversationRow | undefined): Conversation {
  if (!row) throw conversationNotFound();
  return {
    id: row.id,
    workspace_id: row.workspace_id,
    title: row.title,
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
  };
}

function toMessage(row: MessageRow | undefined): Message {
  if (!row) throw messageNotFound();
  return { ...row, created_at: row.created_at.toISOString() };
}
