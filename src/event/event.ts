import type { RequestField } from "../trace.ts";

/** The durable events, by type. The contract's own have its payloads, field for field. */
export type EventType =
  | "workspace.joined"
  | "workspace.updated"
  | "workspace.left"
  | "workspace.deleted"
  | "member.added"
  | "member.updated"
  | "member.removed"
  | "conversation.joined"
  | "conversation.left"
  | "conversation.read"
  | "conversation.deleted"
  | "participant.added"
  | "participant.removed"
  | "message.deleted"
  | "document.created"
  | "document.status_updated"
  | "document.deleted"
  | "job.status_updated"
  | "message.created"
  | "message.status_updated";

/** What tells a user's own sockets that they are in something, or in it no more. */
export const MEMBERSHIP_TYPES: readonly EventType[] = [
  "workspace.joined",
  "workspace.left",
  "conversation.joined",
  "conversation.left",
];

/** What is told to those who are connected now, and kept nowhere. */
export interface EphemeralEvent {
  readonly type: "presence.updated" | "typing";
  readonly payload: Readonly<Record<string, unknown>>;
}

/** For so long a client may be away and still get every event that it missed. */
export const EVENTS_KEPT_SECONDS = 24 * 3_600;

/**
 * Whom something is told: the same name in the log, on the bus and of a socket's native topic.
 *   user:{id}           one user
 *   workspace:{id}      all its members
 *   conversation:{id}   all who take part in it
 *   tenant:{id}         all its connections; never of a durable event
 */
export type Topic = `${"user" | "workspace" | "conversation" | "tenant"}:${string}`;

/** Whom an event is for. */
export interface Audience {
  /** Who it is for alone, or to whom the workspace belongs that it is of. */
  readonly userId: string;
  readonly tenantId: string;
  readonly topic: Topic;
}

export interface NewEvent extends Audience {
  readonly type: EventType;
  readonly payload: Readonly<Record<string, unknown>>;
}

/** The same events, each naming the request that it comes of; for those that are told together with others'. */
export function ofRequest(request: RequestField, events: readonly NewEvent[]): NewEvent[] {
  return events.map((event) => ({ ...event, payload: { ...event.payload, ...request } }));
}

/** An event that is in the log. `cursor` is its place there, and the `id` that clients see. */
export interface StoredEvent {
  readonly cursor: string;
  readonly userId: string;
  readonly tenantId: string;
  readonly topic: Topic;
  readonly type: string;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly createdAt: Date;
}

/** A place in the log: transaction id, then row id. Both count beyond 2^53. */
export interface Position {
  readonly xid: bigint;
  readonly id: bigint;
}

export function formatCursor(position: { xid: bigint | string; id: bigint | string }): string {
  return `${position.xid}-${position.id}`;
}

/** The largest `bigint` of the database. */
const ID_MAX = 2n ** 63n - 1n;

/** @returns undefined for what is no cursor of ours */
export function parseCursor(cursor: string): Position | undefined {
  const match = /^(\d{1,19})-(\d{1,19})$/.exec(cursor);
  if (!match?.[1] || !match[2]) return undefined;
  const position = { xid: BigInt(match[1]), id: BigInt(match[2]) };
  return position.id <= ID_MAX ? position : undefined;
}
