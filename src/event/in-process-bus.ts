import { guard } from "../log.ts";
import type { Bus, BusState, Handler } from "./bus.ts";

/** The bus of an engine that is one process. */
export class InProcessBus implements Bus {
  readonly #handlers: { matches: (topic: string) => boolean; handler: Handler }[] = [];
  readonly #nudges = new Map<string, (() => void)[]>();

  publish(topic: string, message: unknown): Promise<boolean> {
    for (const { matches, handler } of this.#handlers)
      if (matches(topic))
        queueMicrotask(() => guard(`a message on ${topic}`, () => handler(message, topic)));
    return Promise.resolve(true);
  }

  subscribe(topic: string, handler: Handler): void {
    this.#handlers.push({ matches: matcher(topic), handler });
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

function matcher(pattern: string): (topic: string) => boolean {
  if (pattern.startsWith("*")) return (topic) => topic.endsWith(pattern.slice(1));
  return (topic) => topic === pattern;
}
