import { isOfLog } from "../event/backlog.ts";
import { formatCursor } from "../event/event.ts";
import { readLogEnd } from "../event/store.ts";
import type { Fragment, Sql } from "../postgres/sql.ts";
import { cutPage, formatPlace, type Order, type Paging } from "./paging.ts";

/** Wire format of a list. */
export interface Page<T> {
  readonly items: T[];
  /** For the page after this one; null on the last. */
  readonly next_cursor: string | null;
  /** Asked for with it as `since`, the list tells what has changed after it was read. */
  readonly as_of: string;
}

/** How a list stands in the database. */
export interface Listing {
  /** The columns that decide the order, with the alias of their table. */
  readonly at: string;
  readonly id: string;
  readonly order: Order;
  /** The aliases of the tables that tell a change by `changed_xid` and `updated_at`; none for a list that tells none. */
  readonly changing: readonly string[];
}

/** The parts of the statement that reads a page, beside its own. */
export interface PageParts {
  /** The columns that tell a row's place. */
  readonly place: Fragment;
  /** The condition that a row is asked for: it stands behind the page before, and has changed. */
  readonly within: Fragment;
  /** Its end: the order, and one row more than asked for. */
  readonly ending: Fragment;
}

/** A row with the columns of its place. */
export type Placed<R> = R & { readonly place_micros: string; readonly place_id: string };

/** Reads one page. */
export async function readPage<R, T>(
  sql: Sql,
  paging: Paging,
  listing: Listing,
  select: (page: PageParts) => PromiseLike<readonly Placed<R>[]>,
  toItem: (row: Placed<R>) => T,
): Promise<Page<T>> {
  // Read first: what is committed between the two is told twice rather than never.
  const end = await readLogEnd(sql);
  const { since, ...whole } = paging;
  const foreign = since?.kind === "log" && !isOfLog(since.position, end);
  const found = await select(partsOf(sql, foreign ? whole : paging, listing));
  const { rows, last } = cutPage(found, paging.limit);
  return {
    items: rows.map(toItem),
    next_cursor: last ? formatPlace({ micros: last.place_micros, id: last.place_id }) : null,
    as_of: formatCursor(end),
  };
}

function partsOf(sql: Sql, paging: Paging, { at, id, order, changing }: Listing): PageParts {
  const micros = `(extract(epoch from ${at}) * 1000000)::bigint::text`;
  return {
    place: sql.unsafe(`${micros} as place_micros, ${id} as place_id`),
    within: sql`${isBehind(sql, paging, { at, id, order })} and ${hasChanged(sql, paging, changing)}`,
    ending: sql`order by ${sql.unsafe(`${at} ${order}, ${id} ${order}`)} limit ${paging.limit + 1}`,
  };
}

function isBehind(
  sql: Sql,
  { after }: Paging,
  { at, id, order }: Pick<Listing, "at" | "id" | "order">,
): Fragment {
  if (!after) return sql`true`;
  const comparison = sql.unsafe(`(${at}, ${id}) ${order === "asc" ? ">" : "<"}`);
  return sql`${comparison} ('epoch'::timestamptz + ${after.micros}::float8 * interval '1 microsecond', ${after.id}::uuid)`;
}

function hasChanged(sql: Sql, { since }: Paging, changing: readonly string[]): Fragment {
  if (!since || changing.length === 0) return sql`true`;
  const newest = (column: string) =>
    sql.unsafe(`greatest(${changing.map((row) => `${row}.${column}`).join(", ")})`);
  return since.kind === "log"
    ? sql`${newest("changed_xid")} >= ${String(since.position.xid)}::xid8`
    : sql`${newest("updated_at")} >= ${since.at}`;
}
