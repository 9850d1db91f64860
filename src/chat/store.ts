import { AppError } from "../error.ts";
import { type Audience, formatCursor, type StoredEvent } from "../event/event.ts";
import type { Json, Sql } from "../postgres/sql.ts";
import { retryConflicts } from "../postgres/transaction.ts";
import { workspaceNotFound } from "../workspace/store.ts";
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

/** @throws AppError `workspace_not_found` if it has been deleted just now */
export async function insertConversation(
  sql: Sql,
  workspaceId: string,
  title: string,
): Promise<Conversation> {
  const [row] = await sql<ConversationRow[]>`
    insert into conversations (id, workspace_id, title)
    select ${Bun.randomUUIDv7()}::uuid, id, ${title}::text from workspaces where id = ${workspaceId} for key share
    returning id, workspace_id, title, created_at, updated_at`;
  if (!row) throw workspaceNotFound();
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
  const rows = await retryConflicts(
    () =>
      sql`delete from conversations where id = ${id} and workspace_id = ${workspaceId} returning id`,
  );
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

/** A question, the empty answer to come, its job, and the events that tell of them. */
export interface Exchange {
  readonly question: Message;
  readonly answer: Message;
  readonly jobId: string;
  readonly events: readonly StoredEvent[];
}

/** The instant as REST tells it, for a payload that is built in the database. */
const INSTANT = `'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'`;

/**
 * Stores an exchange whole or not at all, in one statement: as a transaction of five it took the embedded
 * database three times as long, and messages come in bursts.
 * @throws AppError `conversation_not_found`
 */
export async function insertExchange(
  sql: Sql,
  userId: string,
  conversationId: string,
  content: string,
): Promise<Exchange> {
  const [questionId, answerId, jobId] = [uuid(), uuid(), uuid()];
  const rows = await retryConflicts(
    () => sql<(MessageRow & EventOfMessage)[]>`
    with conversation as (
      update conversations c set updated_at = now() from workspaces w
      where c.id = ${conversationId} and w.id = c.workspace_id and w.user_id = ${userId}
      returning c.id, c.workspace_id, w.user_id, w.tenant_id
    ), message as (
      insert into messages (id, conversation_id, workspace_id, role, content, status)
      select m.id, c.id, c.workspace_id, m.role, m.content, m.status
      from conversation c, (values (${questionId}::uuid, 'user', ${content}::text, 'done'),
        (${answerId}::uuid, 'ai', '', 'pending')) as m (id, role, content, status)
      returning id, conversation_id, workspace_id, role, content, status, metadata, created_at
    ), job as (
      insert into answer_jobs (id, workspace_id, message_id, payload)
      select ${jobId}::uuid, workspace_id, ${answerId}::uuid,
        jsonb_build_object('question_id', ${questionId}::text) from conversation
    ), event as (
      insert into events (user_id, tenant_id, type, payload)
      select c.user_id, c.tenant_id, 'message.created', jsonb_build_object('workspace_id', c.workspace_id,
        'conversation_id', c.id, 'message', to_jsonb(m) || jsonb_build_object('created_at',
          to_char(m.created_at at time zone 'UTC', ${sql.unsafe(INSTANT)})))
      from conversation c, message m order by m.id
      returning xid::text, id::text as event_id, user_id, tenant_id, payload
    )
    select m.id, m.conversation_id, m.workspace_id, m.role, m.content, m.status, m.metadata, m.created_at,
      e.xid, e.event_id, e.user_id, e.tenant_id, e.payload
    from message m join event e on e.payload -> 'message' ->> 'id' = m.id::text order by m.id`,
  );
  const [question, answer] = rows.map(toMessage);
  if (!question || !answer) throw conversationNotFound();
  return { question, answer, jobId, events: rows.map(toEvent) };
}

interface EventOfMessage {
  readonly xid: string;
  readonly event_id: string;
  readonly user_id: string;
  readonly tenant_id: string;
  readonly payload: Record<string, unknown>;
}

function toEvent({ xid, event_id, user_id, tenant_id, payload }: EventOfMessage): StoredEvent {
  const cursor = formatCursor({ xid, id: event_id });
  return { cursor, userId: user_id, tenantId: tenant_id, type: "message.created", payload };
}

function uuid(): string {
  return Bun.randomUUIDv7();
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
  const [message] = await findMessages(sql, [id]);
  if (!message) throw messageNotFound();
  return message;
}

/** Those that are there, in no order. */
export async function findMessages(sql: Sql, ids: readonly string[]): Promise<Message[]> {
  const rows = await sql<MessageRow[]>`
    select id, conversation_id, workspace_id, role, content, status, metadata, created_at
    from messages where id = any(${[...ids]}::uuid[])`;
  return rows.map(toMessage);
}

/** Those that have been deleted meanwhile are not among the returned. */
export async function setMessagesRunning(tx: Sql, ids: readonly string[]): Promise<Message[]> {
  const rows = await tx<MessageRow[]>`
    update messages set status = 'running', updated_at = now() where id = any(${[...ids]}::uuid[])
    returning id, conversation_id, workspace_id, role, content, status, metadata, created_at`;
  return rows.map(toMessage);
}

/** Locks those that are there against other changes until the transaction ends. @returns their statuses, by id */
export async function lockMessages(
  tx: Sql,
  ids: readonly string[],
): Promise<Map<string, MessageStatus>> {
  const rows = await tx<Pick<MessageRow, "id" | "status">[]>`
    select id, status from messages where id = any(${[...ids]}::uuid[]) order by id for update`;
  return new Map(rows.map(({ id, status }) => [id, status]));
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
  const rows = await retryConflicts(
    () =>
      sql`delete from messages where id = ${id} and conversation_id = ${conversationId} returning id`,
  );
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
  const { id, conversation_id, workspace_id, role, content, status, metadata, created_at } = row;
  return {
    id,
    conversation_id,
    workspace_id,
    role,
    content,
    status,
    metadata,
    created_at: created_at.toISOString(),
  };
}
