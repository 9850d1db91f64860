import type { Sql } from "../postgres/sql.ts";
import { retryConflicts } from "../postgres/transaction.ts";
import { requestField } from "../trace.ts";
import type { Message } from "./chat.ts";
import { messageColumns, type MessageRow, toMessage } from "./message-store.ts";
import { conversationNotFound } from "./store.ts";

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

function uuid(): string {
  return Bun.randomUUIDv7();
}
