import type { Bus, Handler, Subscription } from "./bus.ts";

/** Subscriptions of one handler that many ask for: the bus has each as long as anybody does. */
export class SharedSubscriptions {
  readonly #held = new Map<string, { holders: number; readonly subscription: Subscription }>();

  constructor(
    private readonly bus: Bus,
    private readonly handler: Handler,
  ) {}

  /** Once for each `release`. @returns whether messages come, as soon as that can be told */
  hold(topic: string): Promise<boolean> {
    const held = this.#held.get(topic) ?? {
      holders: 0,
      subscription: this.bus.subscribe(topic, this.handler),
    };
    held.holders++;
    this.#held.set(topic, held);
    return held.subscription.active;
  }

  release(topic: string): void {
    const held = this.#held.get(topic);
    if (!held || --held.holders > 0) return;
    this.#held.delete(topic);
    held.subscription.end();
  }
}
