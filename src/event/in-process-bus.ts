import { guard } from "../log.ts";
import type { Bus, BusState, Handler, Subscription } from "./bus.ts";

/** The bus of an engine that is one process. */
export class InProcessBus implements Bus {
  readonly copyChannels = "shared";
  readonly #handlers = new Map<string, Set<Handler>>();
  readonly #nudges = new Map<string, (() => void)[]>();

  publish(topic: string, message: unknown): Promise<boolean> {
    for (const handler of this.#handlers.get(topic) ?? [])
      queueMicrotask(() => guard(`a message on ${topic}`, () => handler(message, topic)));
    return Promise.resolve(true);
  }

  subscribe(topic: string, handler: Handler): Subscription {
    const handlers = this.#handlers.get(topic) ?? new Set();
    this.#handlers.set(topic, handlers.add(handler));
    const end = () => {
      if (handlers.delete(handler) && handlers.size === 0) this.#handlers.delete(topic);
    };
    return { active: Promise.resolve(true), end };
  }

  nudge(topic: string): Promise<boolean> {
    for (const notify of this.#nudges.get(topic) ?? []) queueMicrotask(notify);
    return Promise.resolve(true);
  }

  onNudge(topic: string, onNudge: () => void): void {
    this.#nudges.set(topic, [...(this.#nudges.get(topic) ?? []), onNudge]);
  }

  state(): BusState {
    return "up";
  }
}
