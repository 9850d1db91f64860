import type { Database, Sql } from "../postgres/sql.ts";
import { inTransaction, retryConflicts } from "../postgres/transaction.ts";
import { type Bus, TOPICS } from "./bus.ts";
import {
  type Audience,
  type EphemeralEvent,
  MEMBERSHIP_TYPES,
  type NewEvent,
  type StoredEvent,
} from "./event.ts";
import { appendEvents } from "./store.ts";

/** A hint for the workers of one queue. */
export interface Wake {
  readonly topic: string;
  readonly hint: { readonly job_id: string; readonly document_id?: string };
}

/** What a transaction has to tell once it is committed. */
export interface Announcer {
  /** Appends to the log now; copies go out after the commit. */
  events(events: readonly NewEvent[]): Promise<void>;
  wake(wake: Wake): void;
  /** What else is to be told, or done, only if the commit goes through. */
  afterwards(tell: () => void): void;
}

const CONVERSATION = "conversation:";
/** Whoever comes into something new may be on a process that does not listen to its tenant yet. */
const ALWAYS_SHARED: ReadonlySet<string> = new Set(MEMBERSHIP_TYPES);
/** PubSub is no place for bodies: larger copies are left to the log. */
const COPY_BYTES_MAX = 64 * 1024;

/**
 * Commit, then announce: runs `work` in one transaction, and tells the bus of its events and jobs only
 * after the commit. A copy that is lost is found in the log by its readers.
 * @param work is run again if its transaction lost against another, so it touches nothing but the database
 */
export async function transact<T>(
  sql: Database,
  bus: Bus,
  work: (tx: Sql, announce: Announcer) => Promise<T>,
): Promise<T> {
  return await retryConflicts(() => transactOnce(sql, bus, work));
}

async function transactOnce<T>(
  sql: Database,
  bus: Bus,
  work: (tx: Sql, announce: Announcer) => Promise<T>,
): Promise<T> {
  const stored: StoredEvent[] = [];
  const wakes: Wake[] = [];
  const others: (() => void)[] = [];
  const result = await inTransaction(sql, (tx) =>
    work(tx, {
      events: async (events) => void stored.push(...(await appendEvents(tx, events))),
      wake: (wake) => void wakes.push(wake),
      afterwards: (tell) => void others.push(tell),
    }),
  );
  announceCommitted(bus, stored, wakes);
  for (const tell of others) tell();
  return result;
}

/** Sends out what has been committed; nobody waits for it, and what gets lost is found by polling. */
export function announceCommitted(
  bus: Bus,
  events: readonly StoredEvent[],
  wakes: readonly Wake[],
): void {
  for (const { topic, hint } of wakes) void bus.nudge(topic, hint);
  for (const event of events) void publishCopy(bus, event);
}

/**
 * Sends a copy of an event to the processes whose sockets it is for.
 * @returns false if it could not be handed over; the log has it all the same
 */
export async function publishCopy(bus: Bus, event: StoredEvent): Promise<boolean> {
  const { type, payload, cursor: id, createdAt } = event;
  return await publish(bus, event, { ts: createdAt.toISOString(), type, payload, id });
}

/**
 * Tells those who are connected now, and nobody who comes later: it is in no log.
 * @returns false if it could not be handed over
 */
export async function publishEphemeral(
  bus: Bus,
  audience: Audience,
  { type, payload }: EphemeralEvent,
): Promise<boolean> {
  return await publish(bus, audience, { type, payload });
}

async function publish(
  bus: Bus,
  audience: Audience,
  body: { readonly type: string } & Readonly<Record<string, unknown>>,
): Promise<boolean> {
  if (JSON.stringify(body).length > COPY_BYTES_MAX) return false;
  const { userId: user_id, tenantId, topic } = audience;
  if (bus.copyChannels === "tenant" && !ALWAYS_SHARED.has(body.type))
    return await bus.publish(TOPICS.tenantEvents(tenantId), { user_id, topic, ...body });
  if (!topic.startsWith(CONVERSATION))
    return await bus.publish(TOPICS.realtime, { user_id, topic, ...body });
  const conversation_id = topic.slice(CONVERSATION.length);
  return await bus.publish(TOPICS.conversations, { conversation_id, ...body });
}
