/** Takes one message; what it throws is reported, not thrown at the publisher. */
export type Handler = (message: unknown, topic: string) => void;

export type BusState = "up" | "down";

/**
 * Carries copies and hints between processes, or within one. Losing any message loses no data:
 * whoever needs to be sure reads PostgreSQL.
 */
export interface Bus {
  /** @returns false if the message could not be handed over; never rejects */
  publish(topic: string, message: unknown): Promise<boolean>;
  /** Every message on `topic`; with a trailing or leading `*`, on all topics that match. */
  subscribe(topic: string, handler: Handler): void;
  /** Wakes one worker that waits for `topic`, or the next one to wait. */
  nudge(topic: string, hint: unknown): Promise<boolean>;
  /** Calls `onNudge` for each nudge that this process wins, as long as it is `ready()` for one. */
  onNudge(topic: string, onNudge: () => void, ready: () => boolean): void;
  state(): BusState;
}

export const TOPICS = {
  realtime: "rag_realtime",
  conversations: "chat:broadcast",
  tenantJobs: (tenantId: string) => `${tenantId}.jobs`,
  allTenantJobs: "*.jobs",
} as const;
