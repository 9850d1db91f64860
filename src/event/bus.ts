/**
 * Takes one message; what it throws is reported, not thrown at the publisher.
 * @param text the message as it came over the wire, if it did
 */
export type Handler = (message: unknown, topic: string, text?: string) => void;

export type BusState = "up" | "down";

/** Where the engine's copies of events go: to one channel for all processes, or to that of the event's tenant. */
export type CopyChannels = "shared" | "tenant";

/** One handler's interest in one topic. */
export interface Subscription {
  /** Resolves with true once every message comes, with false if that takes the return of Redis. Never rejects. */
  readonly active: Promise<boolean>;
  end(): void;
}

/**
 * Carries copies and hints between processes, or within one. Losing any message loses no data:
 * whoever needs to be sure reads PostgreSQL.
 */
export interface Bus {
  readonly copyChannels: CopyChannels;
  /** @returns false if the message could not be handed over; never rejects */
  publish(topic: string, message: unknown): Promise<boolean>;
  /** Every message on `topic`, until the subscription is ended. */
  subscribe(topic: string, handler: Handler): Subscription;
  /** Wakes one worker that waits for `topic`, or the next one to wait. */
  nudge(topic: string, hint: unknown): Promise<boolean>;
  /** Calls `onNudge` for each nudge that this process wins, as long as it is `ready()` for one. */
  onNudge(topic: string, onNudge: () => void, ready: () => boolean): void;
  state(): BusState;
}

export const TOPICS = {
  realtime: "rag_realtime",
  conversations: "chat:broadcast",
  tenantEvents: (tenantId: string) => `rag_realtime:${tenantId}`,
  tenantJobs: (tenantId: string) => `${tenantId}.jobs`,
} as const;
