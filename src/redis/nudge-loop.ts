import type { Redis } from "ioredis";
import { sleep } from "../service.ts";
import { connectRedis } from "./connect.ts";

/** Redis answers a BLPOP within this time … */
const POP_SECONDS = 2;
/** … so one that has not settled by then never will, and its connection is replaced. */
const POP_MAX_MS = 5_000;
const RETRY_MS = 1_000;
/** How often a process without a free slot looks whether it has one again. */
const BUSY_POLL_MS = 50;

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
  #redis: Redis | undefined;
  #loop: Promise<void> | undefined;

  /** @param giveBack puts a wake-up back that came when no slot was free any more */
  constructor(
    private readonly url: string,
    private readonly giveBack: (topic: string, hint: unknown) => Promise<boolean>,
  ) {}

  add(listener: Listener): void {
    this.#listeners.push(listener);
  }

  start(): void {
    this.#loop = this.#run(this.#stopping.signal);
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#redis?.disconnect();
    await this.#loop;
  }

  async #run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const ready = this.#listeners.filter((listener) => listener.ready());
      if (ready.length === 0) await sleep(BUSY_POLL_MS, signal);
      else if (!(await this.#popOnce(ready, signal))) await sleep(RETRY_MS, signal);
    }
  }

  /** @returns false if Redis did not answer */
  async #popOnce(listeners: readonly Listener[], signal: AbortSignal): Promise<boolean> {
    const redis = (this.#redis ??= await this.#connect());
    const topics = [...new Set(listeners.map(({ topic }) => topic))];
    try {
      const popped = await Promise.race([
        redis.blpop(...topics, POP_SECONDS),
        sleep(POP_MAX_MS, signal).then(() => "silent" as const),
      ]);
      if (popped === "silent") throw new Error("BLPOP did not settle.");
      if (popped) this.#pass(popped[0], popped[1]);
      return true;
    } catch {
      redis.disconnect();
      this.#redis = undefined;
      return false;
    }
  }

  #pass(topic: string, hint: string): void {
    const waiting = this.#listeners.filter((listener) => listener.topic === topic);
    if (waiting.some((listener) => listener.ready())) for (const { onNudge } of waiting) onNudge();
    else void this.giveBack(topic, hint);
  }

  async #connect(): Promise<Redis> {
    const redis = connectRedis(this.url, { blocking: true });
    redis.on("error", () => undefined);
    await redis.connect().catch(() => undefined);
    return redis;
  }
}
