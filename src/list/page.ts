import { isOfLog } from "../event/backlog.ts";
import { formatCursor } from "../event/event.ts";
import { readLogEnd } from "../event/store.ts";
import type { Fragment, Sql } from "../postgres/sql.ts";
import { cutPage, formatPlace, type Order, type Paging, type Place } from "./paging.ts";

/** Wire format of a list. */
export interface Page<T> {
  readonly items: T[];
  /** For the page after this one; null on the last. */
  readonly next_cursor: string | null;
  /** Asked for with it as `since`, the list tells what has changed after it was read. */
  readonly as_of: string;
}

/** The columns that decide the order, with the alias of their table. */
export interface PlaceColumns {
  readonly at: string;
  readonly id: string;
}

/** A row with the columns that `placeOf` selects. */
export type Placed<R> = R & { readonly place_micros: string; readonly place_id: string };

/**
 * Reads one page.
 * @param select the rows of a part of the list, as `inOrder` ends the statement: one more than its limit
 */
export async function readPage<R, T>(
  sql: Sql,
  paging: Paging,
  select: (part: Paging) => PromiseLike<readonly Placed<R>[]>,
  toItem: (row: Placed<R>) => T,
): Promise<Page<T>> {
  // Read first: what is committed between the two is told twice rather than never.
  const end = await readLogEnd(sql);
  const { since, ...whole } = paging;
  const foreign = since?.kind === "log" && !isOfLog(since.position, end);
  const { rows, last } = cutPage(await select(foreign ? whole : paging), paging.limit);
  return {
    items: rows.map(toItem),
    next_cursor: last ? formatPlace({ micros: last.place_micros, id: last.place_id }) : null,
    as_of: formatCursor(end),
  };
}

/** The columns that tell a row's place. */
export function placeOf(sql: Sql, { at, id }: PlaceColumns): Fragment {
  const micros = `(extract(epoch from ${at}) * 1000000)::bigint::text`;
  return sql`${sql.unsafe(`${micros} as place_micros, ${id} as place_id`)}`;
}

/** The condition that a row stands behind the page before. */
export function isBehind(
  sql: Sql,
  after: Place | undefined,
  { at, id }: PlaceColumns,
  order: Order,
): Fragment {
  if (!after) return sql`true`;
  const comparison = sql.unsafe(`(${at}, ${id}) ${order === "asc" ? ">" : "<"}`);
  return sql`${comparison} ('epoch'::timestamptz + ${after.micros}::float8 * interval '1 microsecond', ${after.id}::uuid)`;
}

/** The end of a page's statement: its order, and one row more than asked for. */
export function inOrder(
  sql: Sql,
  { limit }: Paging,
  { at, id }: PlaceColumns,
  order: Order,
): Fragment {
  return sql`order by ${sql.unsafe(`${at} ${order}, ${id} ${order}`)} limit ${limit + 1}`;
}

/**
 * The condition that one of some rows has changed.
 * @param rows the aliases of tables that have `changed_xid` and `updated_at`
 */
export function hasChanged(sql: Sql, { since }: Paging, rows: readonly string[]): Fragment {
  if (!since) return sql`true`;
  const newest = (column: string) =>
    sql.unsafe(`greatest(${rows.map((row) => `${row}.${column}`).join(", ")})`);
  return since.kind === "log"
    ? sql`${newest("changed_xid")} >= ${String(since.position.xid)}::xid8`
    : sql`${newest("updated_at")} >= ${since.at}`;
}
