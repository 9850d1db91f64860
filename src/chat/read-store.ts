import type { Fragment, Sql } from "../postgres/sql.ts";
import { UNREAD_MAX } from "./chat.ts";

/** An answer that took longer than this is not told from one that was read when its question was. */
const ANSWER_MINUTES_MAX = 10;
/** As many messages before the one that was read are looked through for answers that came after it. */
const LATE_ANSWERS_MAX = 200;

/**
 * How many messages the participant `p` has not read: other people's, and answers that are there. A message
 * can be read from when it was written, an answer from when it was done.
 */
export function unreadCount(sql: Sql): Fragment {
  return sql`(
    select count(*)::int from (
      select from messages m
      where m.conversation_id = p.conversation_id
        and m.created_at > p.read_until - make_interval(mins => ${ANSWER_MINUTES_MAX})
        and case m.role when 'user' then m.created_at > p.read_until and m.user_id is distinct from p.user_id
          else m.status = 'done' and m.updated_at > p.read_until end
      limit ${UNREAD_MAX}) unread)`;
}

/**
 * Marks a conversation as read by a participant, never less than it was.
 * @param messageId up to this message as the list has it; null: all that is there
 * @returns whether that is more than before
 */
export async function advanceRead(
  tx: Sql,
  conversationId: string,
  userId: string,
  messageId: string | null,
): Promise<boolean> {
  const rows = await tx`
    with seen as (
      select max(case m.status when 'done' then m.updated_at else m.created_at end) as until from (
        select m.status, m.created_at, m.updated_at from messages m
        where m.conversation_id = ${conversationId} and (${messageId}::uuid is null or
          (m.created_at, m.id) <= (select last.created_at, last.id from messages last where last.id = ${messageId}::uuid))
        order by m.created_at desc, m.id desc limit ${LATE_ANSWERS_MAX}) m
    )
    update conversation_participants p set read_until = seen.until from seen
    where p.conversation_id = ${conversationId} and p.user_id = ${userId} and seen.until > p.read_until
    returning p.user_id`;
  return rows.length > 0;
}

/** `UNREAD_MAX` at most. The limit keeps the planner from counting, in its mind, for each who takes part. */
export async function countUnread(
  sql: Sql,
  conversationId: string,
  userId: string,
): Promise<number> {
  const [row] = await sql<{ count: number }[]>`
    select ${unreadCount(sql)} as count from conversation_participants p
    where p.conversation_id = ${conversationId} and p.user_id = ${userId} limit 1`;
  return row?.count ?? 0;
}
