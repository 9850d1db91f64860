import type { Json, Sql } from "../postgres/sql.ts";
import {
  formatCursor,
  MEMBERSHIP_TYPES,
  parseCursor,
  type NewEvent,
  type Position,
  type StoredEvent,
  type Topic,
} from "./event.ts";
import { requestField } from "../trace.ts";

interface EventRow {
  readonly xid: string;
  readonly id: string;
  readonly user_id: string;
  readonly tenant_id: string;
  readonly topic: Topic;
  readonly type: string;
  readonly payload: Record<string, unknown>;
  readonly created_at: Date;
}

/** Appends in the caller's transaction, in the given order; each tells of the request that it comes of. */
export async function appendEvents(tx: Sql, events: readonly NewEvent[]): Promise<StoredEvent[]> {
  if (events.length === 0) return [];
  const rows = await tx<EventRow[]>`
    insert into events (user_id, tenant_id, topic, type, payload)
    select user_id, tenant_id, topic, type, payload
    from jsonb_to_recordset(${tx.json(events.map(toJson))})
      as e (user_id uuid, tenant_id text, topic text, type text, payload jsonb)
    returning xid::text, id::text, user_id, tenant_id, topic, type, payload, created_at`;
  return rows.map(toEvent);
}

/** What was read of the log at once. */
export interface LogPage {
  readonly events: readonly StoredEvent[];
  /** Where the next one begins. */
  readonly position: Position;
  /** Whether this one came to the end. */
  readonly isEnd: boolean;
}

/**
 * Committed events after `position`, in commit-safe order: nothing with a lower position can still appear.
 * @param limit rows to go through at most
 * @param tenantIds if given, others' events are left out, but for those that bring somebody into something or
 *   out of it
 */
export async function readLog(
  sql: Sql,
  position: Position,
  limit: number,
  tenantIds?: readonly string[],
): Promise<LogPage> {
  const concerned = tenantIds
    ? sql`(tenant_id = any(${[...tenantIds]}::text[]) or type = any(${[...MEMBERSHIP_TYPES]}::text[]))`
    : sql`true`;
  // The last row comes along whomever it concerns: its place is where the next page begins.
  const rows = await sql<(EventRow & { readonly row: number; readonly concerned: boolean })[]>`
    select xid::text, id::text, user_id, tenant_id, topic, type, case when concerned then payload end as payload,
      created_at, row, concerned
    from (
      select *, ${concerned} as concerned, (row_number() over places)::int as row,
        lead(id) over places is null as is_last
      from (
        select * from events
        where (xid, id) > (${String(position.xid)}::xid8, ${String(position.id)}::bigint)
          and xid < pg_snapshot_xmin(pg_current_snapshot())
        order by xid, id limit ${limit}) as read
      window places as (order by xid, id)) as page
    where concerned or is_last order by row`;
  const last = rows.at(-1);
  return {
    events: rows.filter((row) => row.concerned).map(toEvent),
    position: last ? { xid: BigInt(last.xid), id: BigInt(last.id) } : position,
    isEnd: (last?.row ?? 0) < limit,
  };
}

/** The end of the log: everything before it has been committed, nothing after it has been read. */
export async function readLogEnd(sql: Sql): Promise<Position> {
  const [row] = await sql<{ xmin: string }[]>`
    select pg_snapshot_xmin(pg_current_snapshot())::text as xmin`;
  return { xid: BigInt(row?.xmin ?? 0), id: 0n };
}

/** How old, in seconds, the events on both sides of a position are; null where there is none. */
export async function agesAround(
  sql: Sql,
  position: Position,
): Promise<{ upTo: number | null; after: number | null }> {
  const at = sql`(${String(position.xid)}::xid8, ${String(position.id)}::bigint)`;
  const [row] = await sql<{ upTo: number | null; after: number | null }[]>`
    select
      (select extract(epoch from now() - created_at)::float8 from events
        where (xid, id) <= ${at} order by xid desc, id desc limit 1) as "upTo",
      (select extract(epoch from now() - created_at)::float8 from events
        where (xid, id) > ${at} order by xid, id limit 1) as after`;
  return row ?? { upTo: null, after: null };
}

/**
 * Removes events of more than this age from the beginning of the log. The newest of them stays: whoever has
 * read no further than it may have missed something that is gone, and sees so by its age.
 * @param limit rows at most
 * @returns how many were removed
 */
export async function purgeEvents(sql: Sql, ageSeconds: number, limit: number): Promise<number> {
  const { count } = await sql`
    with beginning as (
      select xid, id, created_at from events order by xid, id limit ${limit + 1}
    ), old as (
      select xid, id, bool_and(created_at < now() - make_interval(secs => ${ageSeconds}))
        over (order by xid, id) as old from beginning
    )
    delete from events where ctid = any(array(
      select ctid from events
      where (xid, id) < (select xid, id from old where old order by xid desc, id desc limit 1)
      order by xid, id limit ${limit} for update skip locked))`;
  return count;
}

/** Those of the given places that are there still, in the log's order. */
export async function findEvents(sql: Sql, cursors: readonly string[]): Promise<StoredEvent[]> {
  const positions = cursors.flatMap((cursor) => parseCursor(cursor) ?? []);
  const rows = await sql<EventRow[]>`
    select xid::text, id::text, user_id, tenant_id, topic, type, payload, created_at from events
    where (xid, id) in (
      select * from unnest(${positions.map(({ xid }) => String(xid))}::text[]::xid8[],
        ${positions.map(({ id }) => String(id))}::bigint[]))
    order by events.xid, events.id`;
  return rows.map(toEvent);
}

/** A transaction takes its number within this time of its beginning, by which its events are dated. */
const NUMBERED_WITHIN_SECONDS = 900;

/**
 * One page of the events of topics after `after` that are at most `ageSeconds` old, committed or not yet in order:
 * a replay may repeat, but must not miss. It begins at the last transaction that is surely too old: all that a
 * busy topic was told in the course of a day is not looked at for the sake of its last minute (250 ms of 800,000
 * events; now 32).
 */
export async function readTopics(
  sql: Sql,
  topics: readonly Topic[],
  after: Position,
  ageSeconds: number,
  limit: number,
): Promise<StoredEvent[]> {
  const rows = await sql<EventRow[]>`
    with given as (
      select ${String(after.xid)}::xid8 as xid, ${String(after.id)}::bigint as id
    ), old as (
      select xid, 0 as id from events
      where created_at < now() - make_interval(secs => ${ageSeconds + NUMBERED_WITHIN_SECONDS})
      order by created_at desc limit 1
    ), start as (
      select xid, id from (table given union all table old) as place order by xid desc, id desc limit 1
    )
    select xid::text, id::text, user_id, tenant_id, e.topic, type, payload, created_at
    from unnest(${[...topics]}::text[]) as asked (topic) cross join lateral (
      select * from events
      where topic = asked.topic and (xid, id) > ((select xid from start), (select id from start))
        and created_at >= now() - make_interval(secs => ${ageSeconds})
      order by xid, id limit ${limit}) as e
    order by e.xid, e.id limit ${limit}`;
  return rows.map(toEvent);
}

function toJson(event: NewEvent): Json {
  return {
    user_id: event.userId,
    tenant_id: event.tenantId,
    topic: event.topic,
    type: event.type,
    payload: { ...event.payload, ...requestField() } as Json,
  };
}

function toEvent(row: EventRow): StoredEvent {
  return {
    cursor: formatCursor(row),
    userId: row.user_id,
    tenantId: row.tenant_id,
    topic: row.topic,
    type: row.type,
    payload: row.payload,
    createdAt: row.created_at,
  };
}
