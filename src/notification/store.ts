import type { Json, Sql } from "../postgres/sql.ts";
import type { Notification, Recipient } from "../push/gateway.ts";
import { previewOf } from "./preview.ts";

/** Whom a notification is for, as its job names them: the token stays with the device, and may change hands. */
export interface Addressee {
  readonly user_id: string;
  readonly device_id?: string;
}

const TITLE_CHARACTERS_MAX = 100;
const BODY_CHARACTERS_MAX = 180;
/** Enough for a preview, whatever its white space. */
const CONTENT_CHARACTERS_MAX = 1_000;

/** Whether a message has anybody to reach but its author. */
export async function hasAudience(sql: Sql, messageId: string): Promise<boolean> {
  const [row] = await sql<{ found: boolean }[]>`
    select exists (select from messages m ${unreadBy(sql)} where m.id = ${messageId}) as found`;
  return row?.found ?? false;
}

/** One page of those who take part, but for the author and whoever has read it by now, in order. */
export async function listAudience(
  sql: Sql,
  messageId: string,
  after: string,
  limit: number,
): Promise<string[]> {
  const rows = await sql<{ user_id: string }[]>`
    select p.user_id from messages m ${unreadBy(sql)}
    where m.id = ${messageId} and p.user_id > ${after} order by p.user_id limit ${limit}`;
  return rows.map(({ user_id }) => user_id);
}

/**
 * Those of the addressees who still are to be reached: they take part, have not read the message, and the
 * device is theirs still.
 */
export async function findRecipients(
  sql: Sql,
  messageId: string,
  addressees: readonly Addressee[],
): Promise<(Recipient & { readonly deviceId: string | null })[]> {
  const rows = await sql<{ user_id: string; device_id: string | null; token: string | null }[]>`
    select a.user_id, a.device_id, d.token
    from jsonb_to_recordset(${sql.json(addressees as unknown as Json)}) as a (user_id uuid, device_id uuid)
    join messages m on m.id = ${messageId} ${unreadBy(sql, sql`and p.user_id = a.user_id`)}
    left join push_devices d on d.id = a.device_id and d.user_id = a.user_id
    where a.device_id is null or d.id is not null
    order by a.user_id, a.device_id`;
  return rows.map(({ user_id, device_id, token }) => ({
    userId: user_id,
    deviceId: device_id,
    ...(token === null ? {} : { token }),
  }));
}

function unreadBy(sql: Sql, more = sql``) {
  return sql`join conversation_participants p on p.conversation_id = m.conversation_id
    and p.user_id is distinct from m.user_id and p.read_until < m.created_at ${more}`;
}

/**
 * What is told of a message.
 * @param id the notification's own
 * @returns undefined for a message that has been deleted
 */
export async function findNotification(
  sql: Sql,
  id: string,
  messageId: string,
): Promise<Notification | undefined> {
  const [row] = await sql<
    {
      conversation_id: string;
      workspace_id: string;
      user_id: string | null;
      created_at: Date;
      content: string;
      title: string;
    }[]
  >`
    select m.conversation_id, m.workspace_id, m.user_id, m.created_at,
      left(m.content, ${CONTENT_CHARACTERS_MAX}) as content, c.title
    from messages m join conversations c on c.id = m.conversation_id where m.id = ${messageId}`;
  return (
    row && {
      id,
      messageId,
      conversationId: row.conversation_id,
      workspaceId: row.workspace_id,
      title: previewOf(row.title, TITLE_CHARACTERS_MAX),
      body: previewOf(row.content, BODY_CHARACTERS_MAX),
      senderId: row.user_id,
      createdAt: row.created_at.toISOString(),
    }
  );
}
