import { type Bus, TOPICS } from "../event/bus.ts";
import { SharedSubscriptions } from "../event/shared-subscriptions.ts";
import type { Sql } from "../postgres/sql.ts";
import type { Message } from "./chat.ts";
import { findMessage, findTenant } from "./message-store.ts";

/** How often the database is asked, for the copy that got lost. */
const POLL_MS = 1_000;

/** Tells those who wait for an answer that it may be there. */
export class AnswerSignals {
  readonly #waiting = new Map<string, Set<() => void>>();
  readonly #channels: SharedSubscriptions;
  #closed = false;

  constructor(bus: Bus) {
    const hear = (message: unknown) => this.#hear(message);
    bus.subscribe(TOPICS.conversations, hear);
    this.#channels = new SharedSubscriptions(bus, hear);
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Nobody waits from now on: the process stops, and answers with what there is. */
  close(): void {
    this.#closed = true;
    for (const waiting of this.#waiting.values()) for (const wake of waiting) wake();
  }

  /** Listens to a tenant's channel while `wait` runs: its signs of life may come there. */
  async among<T>(tenantId: string, wait: () => Promise<T>): Promise<T> {
    const channel = TOPICS.tenantEvents(tenantId);
    void this.#channels.hold(channel);
    try {
      return await wait();
    } finally {
      this.#channels.release(channel);
    }
  }

  /** Resolves at the next sign of life of the message, or after `timeoutMs`. */
  async next(messageId: string, timeoutMs: number): Promise<void> {
    const waiting = this.#waiting.get(messageId) ?? new Set();
    this.#waiting.set(messageId, waiting);
    await new Promise<void>((resolve) => {
      const done = () => {
        clearTimeout(timer);
        waiting.delete(done);
        if (waiting.size === 0) this.#waiting.delete(messageId);
        resolve();
      };
      const timer = setTimeout(done, timeoutMs);
      waiting.add(done);
    });
  }

  #hear(message: unknown): void {
    if (this.#waiting.size === 0 || typeof message !== "object" || message === null) return;
    const { payload } = message as { payload?: { message_id?: unknown } };
    const id = payload?.message_id;
    if (typeof id === "string") for (const wake of this.#waiting.get(id) ?? []) wake();
  }
}

/**
 * Waits until an AI message is `done` or `error`, at most `waitMs`.
 * @returns the message as it is then
 */
export async function awaitAnswer(
  sql: Sql,
  signals: AnswerSignals,
  messageId: string,
  waitMs: number,
): Promise<Message> {
  const deadline = performance.now() + waitMs;
  return await signals.among(await findTenant(sql, messageId), async () => {
    for (;;) {
      const left = signals.closed ? 0 : deadline - performance.now();
      // Listen before looking, or a change between the two is missed.
      const sign = signals.next(messageId, Math.max(1, Math.min(POLL_MS, left)));
      const message = await findMessage(sql, messageId);
      if (message.status === "done" || message.status === "error" || left <= 0) return message;
      await sign;
    }
  });
}
