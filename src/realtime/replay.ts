import { backlogSeconds } from "../event/backlog.ts";
import { EVENTS_KEPT_SECONDS, parseCursor, type Position } from "../event/event.ts";
import { readTopics } from "../event/store.ts";
import type { Sql } from "../postgres/sql.ts";
import type { Connection } from "./connection.ts";
import { eventFrame } from "./frame.ts";

/**
 * Frames reach a client in the order they were told, not in the log's: one told late may stand before the
 * cursor. So a replay starts this much earlier, and the client drops what it has seen.
 */
const OVERLAP_SECONDS = 60;
/** Small, because every replay whose client reads slowly holds one. */
const BATCH_MAX = 200;
const BEGINNING = { xid: 0n, id: 0n } as const;

/**
 * Sends what a client missed since its cursor, or tells it to reload. It goes no faster than the client reads,
 * which leaves the buffer to what happens meanwhile.
 */
export async function replay(sql: Sql, connection: Connection, since: string): Promise<void> {
  const ageSeconds = await backlogSeconds(sql, since);
  if (ageSeconds === undefined) return connection.sendFrame({ type: "resync_required" });
  await sendPages(sql, connection, BEGINNING, ageSeconds + OVERLAP_SECONDS);
}

/** Sends all that comes after a place at the end of the log. */
export async function replayFrom(sql: Sql, connection: Connection, end: Position): Promise<void> {
  await sendPages(sql, connection, end, EVENTS_KEPT_SECONDS);
}

async function sendPages(
  sql: Sql,
  connection: Connection,
  from: Position,
  ageSeconds: number,
): Promise<void> {
  const startedAt = performance.now();
  let after = from;
  while (connection.isOpen) {
    // The window is as old as its beginning, and grows with it, however long the client takes to read.
    const windowSeconds = ageSeconds + (performance.now() - startedAt) / 1000;
    const events = await readTopics(sql, connection.topics, after, windowSeconds, BATCH_MAX);
    for (const event of events) {
      await connection.drained();
      connection.sendFrame(eventFrame(event));
    }
    const last = events.at(-1);
    if (!last || events.length < BATCH_MAX) return;
    after = parseCursor(last.cursor) ?? after;
  }
}
