import type { Redis } from "ioredis";
import { sleep } from "../service.ts";
import { Link } from "./link.ts";

/** Redis answers a BLPOP within this time … */
const POP_SECONDS = 1;
/** … so one that has not settled by then never will, and its connection is replaced. */
const POP_MAX_MS = 3_000;
/** How often a process without a free slot, or without Redis, looks whether it has one again. */
const POLL_MS = 50;

interface Listener {
  readonly topic: string;
  readonly onNudge: () => void;
  readonly ready: () => boolean;
}

/**
 * Pops wake-ups and passes them on, nothing else: the workers never wait for a Redis promise.
 * A process that has no slot free leaves the wake-ups to others.
 */
export class NudgeLoop {
  readonly #listeners: Listener[] = [];
  readonly #stopping = new AbortController();
  readonly #link: Link;
  #loop: Promise<void> | undefined;

  /** @param giveBack puts a wake-up back that came when no slot was free any more */
  constructor(
    url: string,
    private readonly giveBack: (topic: string, hint: string) => Promise<boolean>,
  ) {
    this.#link = new Link(url, { blocking: true });
  }

  add(listener: Listener): void {
    this.#listeners.push(listener);
  }

  async start(): Promise<void> {
    await this.#link.start();
    this.#loop = this.#run(this.#stopping.signal);
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.all([this.#loop, this.#link.stop()]);
  }

  async #run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const redis = this.#link.current;
      const ready = this.#listeners.filter((listener) => listener.ready());
      const popping = redis !== undefined && ready.length > 0;
      if (popping) await this.#popOnce(redis, ready);
      // Whoever was woken goes first: its claim is worth more than the next wake-up.
      await sleep(popping ? 0 : POLL_MS, signal);
    }
  }

  async #popOnce(redis: Redis, listeners: readonly Listener[]): Promise<void> {
    const topics = [...new Set(listeners.map(({ topic }) => topic))];
    const silence = Promise.withResolvers<"silent">();
    // A bare timer: between a wake-up and its claim nothing else should have to be wound up.
    const timer = setTimeout(() => silence.resolve("silent"), POP_MAX_MS);
    try {
      const popped = await Promise.race([redis.blpop(...topics, POP_SECONDS), silence.promise]);
      if (popped === "silent") this.#link.drop(redis);
      else if (popped) this.#pass(popped[0], popped[1]);
    } catch {
      this.#link.drop(redis);
    } finally {
      clearTimeout(timer);
    }
  }

  #pass(topic: string, hint: string): void {
    const waiting = this.#listeners.filter((listener) => listener.topic === topic);
    if (waiting.some((listener) => listener.ready())) for (const { onNudge } of waiting) onNudge();
    else void this.giveBack(topic, hint);
  }
}
