import { AppError } from "../error.ts";
import { type Page, type Placed, readPage } from "../list/page.ts";
import type { Order, Paging } from "../list/paging.ts";
import type { Fragment, Json, Sql } from "../postgres/sql.ts";
import type { Message, MessageStatus } from "./chat.ts";

/** As `messageColumns` selects it. */
export type MessageRow = Omit<Message, "created_at"> & { readonly created_at: Date };

export function messageColumns(sql: Sql): Fragment {
  return sql`id, conversation_id, workspace_id, role, user_id, client_id, reply_to, content, status, metadata, created_at`;
}

const LISTING = { at: "m.created_at", id: "m.id", changing: ["m"] } as const;

export async function listMessages(
  sql: Sql,
  conversationId: string,
  paging: Paging,
  order: Order,
): Promise<Page<Message>> {
  return await readPage(
    sql,
    paging,
    { ...LISTING, order },
    (page) => sql<Placed<MessageRow>[]>`
      select ${messageColumns(sql)}, ${page.place} from messages m
      where m.conversation_id = ${conversationId} and ${page.within}
      ${page.ending}`,
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

export function messageNotFound(): AppError {
  return new AppError("message_not_found", "The message does not exist.");
}

/** @throws AppError `message_not_found` where there is no row */
export function toMessage(row: MessageRow | undefined): Message {
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
