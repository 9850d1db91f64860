import type { Sql } from "../postgres/sql.ts";
import { EVENTS_KEPT_SECONDS, parseCursor, type Position } from "./event.ts";
import { agesAround, readLogEnd } from "./store.ts";

/** Cursors this many transactions ahead of the log are another log's. */
const XIDS_AT_ONCE = 1_000_000n;

/** Whether a place can be one of the log that ends there, rather than of another database's. */
export function isOfLog(position: Position, end: Position): boolean {
  return position.xid <= end.xid + XIDS_AT_ONCE;
}

/**
 * How far back, in seconds, the events go that a client with this cursor missed.
 * @returns undefined if some of them may be gone, or the cursor is not of this log: the client has to reload
 */
export async function backlogSeconds(sql: Sql, cursor: string): Promise<number | undefined> {
  const position = parseCursor(cursor);
  if (!position) return undefined;
  const end = await readLogEnd(sql);
  if (!isOfLog(position, end)) return undefined;
  const { upTo, after } = await agesAround(sql, position);
  // The event that the client saw last is older than what is kept. A cursor that names no event, as the end
  // of the log does when a socket opens, is as good as new while nothing comes after it.
  const namesEvent = position.id > 0n;
  if (namesEvent && upTo !== null && upTo > EVENTS_KEPT_SECONDS) return undefined;
  // The first event that it missed is too old to be told of, and others before it may be gone by now.
  if (after !== null && after > EVENTS_KEPT_SECONDS) return undefined;
  // Nothing up to the cursor, and nothing has gone: the log began after it, and is replayed as a whole.
  return upTo ?? EVENTS_KEPT_SECONDS;
}
