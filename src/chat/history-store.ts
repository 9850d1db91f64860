import type { Sql } from "../postgres/sql.ts";
import type { Message } from "./chat.ts";

/** A question that was put to the AI, and what it answered or is to answer. */
export interface PastExchange extends Pick<Message, "status" | "metadata" | "created_at"> {
  readonly asked: string;
  readonly answer: string;
}

type ExchangeRow = Omit<PastExchange, "created_at"> & { readonly created_at: Date };

/** Later questions lean on these; what is further back is forgotten. */
const EXCHANGES_MAX = 6;
/** Messages among people in between are passed over, but not without end. */
const MESSAGES_READ_MAX = 200;
/** Characters of one message. */
const CONTENT_LENGTH_MAX = 4_000;

/**
 * What the AI was asked in a conversation before a message, oldest first. Messages that were not put to the
 * AI are none of its business.
 */
export async function listPastExchanges(
  sql: Sql,
  { id, conversation_id }: Pick<Message, "id" | "conversation_id">,
): Promise<PastExchange[]> {
  const rows = await sql<ExchangeRow[]>`
    with before as (
      select m.id, m.role, m.reply_to, m.content, m.status, m.metadata, m.created_at from messages m
      where m.conversation_id = ${conversation_id}
        and (m.created_at, m.id) < (select created_at, id from messages where id = ${id})
      order by m.created_at desc, m.id desc limit ${MESSAGES_READ_MAX}
    )
    select left(q.content, ${CONTENT_LENGTH_MAX}) as asked, left(a.content, ${CONTENT_LENGTH_MAX}) as answer,
      a.status, a.metadata, a.created_at
    from before a join before q on q.id = a.reply_to
    where a.role = 'ai' order by a.created_at desc, a.id desc limit ${EXCHANGES_MAX}`;
  return rows.map((row) => ({ ...row, created_at: row.created_at.toISOString() })).toReversed();
}
