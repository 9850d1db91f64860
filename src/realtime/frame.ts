import type { StoredEvent } from "../event/event.ts";

/** A server frame; `id` is there for durable events alone. */
export interface Frame {
  readonly type: string;
  readonly payload?: unknown;
  readonly id?: string;
}

/** Why the server closes a socket. */
export const CLOSE = {
  malformed: 4400,
  tokenExpired: 4401,
  tooSlow: 4408,
  tooManyFrames: 4429,
  restarting: 1012,
} as const;

export function eventFrame(event: StoredEvent): Frame {
  return { type: event.type, payload: event.payload, id: event.cursor };
}
