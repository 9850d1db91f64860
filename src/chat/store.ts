import { AppError } from "../error.ts";
import type { Audience } from "../event/event.ts";
import {
  hasChanged,
  inOrder,
  isBehind,
  type Page,
  type Placed,
  placeOf,
  readPage,
} from "../list/page.ts";
import type { Order, Paging } from "../list/paging.ts";
import type { Json, Sql } from "../postgres/sql.ts";
import { retryConflicts } from "../postgres/transaction.ts";
import { requestField } from "../trace.ts";
import { workspaceNotFound } from "../workspace/store.ts";
import type { Role } from "../workspace/workspace.ts";
import type { Conversation, Message, MessageStatus } from "./chat.ts";
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

interface MessageRow {
  readonly id: string;
  readonly conversation_id: string;
  readonly workspace_id: string;
  readonly role: "user" | "ai";
  readonly user_id: string | null;
  readonly client_id: string | null;
  readonly reply_to: string | null;
  readonly content: string;
  readonly status: MessageStatus;
  readonly metadata: Record<string, unknown>;
  readonly created_at: Date;
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

const CONVERSATION_PLACE = { at: "c.created_at", id: "c.id" } as const;

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
    (part) => sql<Placed<ConversationRow>[]>`
      select c.id, c.workspace_id, c.user_id, c.title, c.created_at,
        greatest(c.updated_at, l.updated_at) as updated_at, l.created_at as last_message_at,
        ${unreadCount(sql)} as unread_count, ${placeOf(sql, CONVERSATION_PLACE)}
      from conversation_participants p join conversations c on c.id = p.conversation_id
      left join lateral (
        select m.created_at, m.updated_at, m.changed_xid from messages m where m.conversation_id = c.id
        order by m.created_at desc, m.id desc limit 1) l on true
      where p.user_id = ${userId} and p.workspace_id = ${workspaceId}
        and ${isBehind(sql, part.after, CONVERSATION_PLACE, "desc")} and ${hasChanged(sql, part, ["c", "l"])}
      ${inOrder(sql, part, CONVERSATION_PLACE, "desc")}`,
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

/** What is to be sent. */
export interface NewMessage {
  readonly conversationId: string;
  readonly userId: string;
  readonly content: string;
  /** The same one twice in a conversation is the same message of its author. */
  readonly clientId: string | null;
  /** Whether the AI is to answer. */
  readonly ask: boolean;
}

/** A message, the empty answer to come if the AI was asked, and the jobs that this left to be done. */
export interface Exchange {
  readonly question: Message;
  readonly answer: Message | undefined;
  readonly jobs: readonly { readonly kind: "answer" | "deliver"; readonly id: string }[];
}

/** The instant as REST tells it, for a payload that is built in the database. */
const INSTANT = `'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'`;

/**
 * Stores an exchange, its events and its jobs, whole or not at all, in one statement: as a transaction of five
 * it took the embedded database three times as long, and messages come in bursts. It touches no row that
 * another message of the conversation touches, so none waits for another, however many take part. The limit is
 * for the planner: where some rooms are large and some people are in many, it expected thousands of rows, and
 * compiled the statement (JIT) for half a second.
 * @throws AppError `conversation_not_found` for one that the author takes no part in
 */
export async function insertExchange(sql: Sql, message: NewMessage): Promise<Exchange> {
  const { conversationId, userId, content, clientId, ask } = message;
  const [questionId, answerId, answerJobId, deliveryId] = [uuid(), uuid(), uuid(), uuid()];
  const request = sql`${sql.json({ ...requestField() })}::jsonb`;
  const rows = await retryConflicts(
    () => sql<MessageRow[]>`
    with conversation as (
      select c.id, c.workspace_id, w.user_id, w.tenant_id from conversation_participants p
      join conversations c on c.id = p.conversation_id join workspaces w on w.id = c.workspace_id
      where p.conversation_id = ${conversationId} and p.user_id = ${userId} limit 1 for key share of c
    ), question as (
      insert into messages (id, conversation_id, workspace_id, role, user_id, client_id, content, status)
      select ${questionId}::uuid, id, workspace_id, 'user', ${userId}::uuid, ${clientId}::text, ${content}::text, 'done'
      from conversation
      on conflict (conversation_id, user_id, client_id) where client_id is not null do nothing
      returning ${messageColumns(sql)}
    ), answer as (
      insert into messages (id, conversation_id, workspace_id, role, reply_to, content, status)
      select ${answerId}::uuid, conversation_id, workspace_id, 'ai', id, '', 'pending' from question where ${ask}
      returning ${messageColumns(sql)}
    ), message as (
      select * from question union all select * from answer
    ), answer_job as (
      insert into answer_jobs (id, workspace_id, message_id, payload)
      select ${answerJobId}::uuid, workspace_id, id, jsonb_build_object('question_id', ${questionId}::text) || ${request} from answer
    ), event as (
      insert into events (user_id, tenant_id, topic, type, payload)
      select c.user_id, c.tenant_id, 'conversation:' || c.id, 'message.created', jsonb_build_object(
        'workspace_id', c.workspace_id, 'conversation_id', c.id, 'message', to_jsonb(m) || jsonb_build_object(
          'created_at', to_char(m.created_at at time zone 'UTC', ${sql.unsafe(INSTANT)}))) || ${request}
      from conversation c, message m order by m.id
      returning xid || '-' || id as cursor, id
    ), delivery as (
      insert into delivery_jobs (id, workspace_id, payload)
      select ${deliveryId}::uuid, workspace_id, jsonb_build_object('message_id', id,
        'events', (select jsonb_agg(cursor order by id) from event)) || ${request} from question
    )
    select * from message order by id`,
  );
  const [question, answer] = rows.map(toMessage);
  if (!question) return await findExchange(sql, message);
  const jobs = [{ kind: "deliver", id: deliveryId } as const];
  if (!answer) return { question, answer, jobs };
  return { question, answer, jobs: [...jobs, { kind: "answer", id: answerJobId }] };
}

/**
 * The one that was stored before under this client id. Its answer is as old as the question to the microsecond,
 * by which the index finds it in a long conversation.
 * @throws AppError `conversation_not_found`
 */
async function findExchange(
  sql: Sql,
  { conversationId, userId, clientId }: NewMessage,
): Promise<Exchange> {
  const rows = await sql<MessageRow[]>`
    with question as (
      select m.id, m.created_at from messages m
      join conversation_participants p on p.conversation_id = m.conversation_id and p.user_id = m.user_id
      where m.conversation_id = ${conversationId} and m.user_id = ${userId} and m.client_id = ${clientId}
    )
    select ${messageColumns(sql)} from messages
    where conversation_id = ${conversationId} and created_at = (select created_at from question)
      and (id = (select id from question) or reply_to = (select id from question)) order by id`;
  const [question, answer] = rows.map(toMessage);
  if (!question) throw conversationNotFound();
  return { question, answer, jobs: [] };
}

function messageColumns(sql: Sql) {
  return sql`id, conversation_id, workspace_id, role, user_id, client_id, reply_to, content, status, metadata, created_at`;
}

function uuid(): string {
  return Bun.randomUUIDv7();
}

const MESSAGE_PLACE = { at: "m.created_at", id: "m.id" } as const;

export async function listMessages(
  sql: Sql,
  conversationId: string,
  paging: Paging,
  order: Order,
): Promise<Page<Message>> {
  return await readPage(
    sql,
    paging,
    (part) => sql<Placed<MessageRow>[]>`
      select ${messageColumns(sql)}, ${placeOf(sql, MESSAGE_PLACE)} from messages m
      where m.conversation_id = ${conversationId} and ${isBehind(sql, part.after, MESSAGE_PLACE, order)}
        and ${hasChanged(sql, part, ["m"])}
      ${inOrder(sql, part, MESSAGE_PLACE, order)}`,
    toMessage,
  );
}

/** @throws AppError `message_not_found` */
export async function findMessage(sql: Sql, id: string): Promise<Message> {
  const [message] = await findMessages(sql, [id]);
  if (!message) throw messageNotFound();
  return message;
}

/** Whose tenant's the message is. @throws AppError `message_not_found` */
export async function findTenant(sql: Sql, messageId: string): Promise<string> {
  const [row] = await sql<{ tenant_id: string }[]>`
    select w.tenant_id from messages m join workspaces w on w.id = m.workspace_id where m.id = ${messageId}`;
  if (!row) throw messageNotFound();
  return row.tenant_id;
}

export async function hasMessage(sql: Sql, conversationId: string, id: string): Promise<boolean> {
  const rows = await sql`
    select id from messages where id = ${id} and conversation_id = ${conversationId}`;
  return rows.length > 0;
}

/** Those that are there, in no order. */
export async function findMessages(sql: Sql, ids: readonly string[]): Promise<Message[]> {
  const rows = await sql<MessageRow[]>`
    select ${messageColumns(sql)}
    from messages where id = any(${[...ids]}::uuid[])`;
  return rows.map(toMessage);
}

/** Those that have been deleted meanwhile are not among the returned. */
export async function setMessagesRunning(tx: Sql, ids: readonly string[]): Promise<Message[]> {
  const rows = await tx<MessageRow[]>`
    update messages set status = 'running', updated_at = now() where id = any(${[...ids]}::uuid[])
    returning ${messageColumns(tx)}`;
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
    returning ${messageColumns(tx)}`;
  return toMessage(row);
}

/** Keeps it as it is until the transaction ends. @throws AppError `message_not_found` */
export async function lockMessage(
  tx: Sql,
  conversationId: string,
  id: string,
): Promise<Pick<Message, "user_id">> {
  const [row] = await tx<Pick<MessageRow, "user_id">[]>`
    select user_id from messages where id = ${id} and conversation_id = ${conversationId} for update`;
  if (!row) throw messageNotFound();
  return row;
}

export async function deleteMessage(tx: Sql, id: string): Promise<void> {
  await tx`delete from messages where id = ${id}`;
}

export function conversationNotFound(): AppError {
  return new AppError("conversation_not_found", "The conversation does not exist.");
}

export function messageNotFound(): AppError {
  return new AppError("message_not_found", "The message does not exist.");
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

function toMessage(row: MessageRow | undefined): Message {
  if (!row) throw messageNotFound();
  return {
    id: row.id,
    conversation_id: row.conversation_id,
    workspace_id: row.workspace_id,
    role: row.role,
    user_id: row.user_id,
    client_id: row.client_id,
    reply_to: row.reply_to,
    content: row.content,
    status: row.status,
    metadata: row.metadata,
    created_at: row.created_at.toISOString(),
  };
}
