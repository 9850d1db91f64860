import type { Redis } from "ioredis";
import { LoopService, sleep } from "../service.ts";
import { Link } from "./link.ts";

/** Redis answers a BLPOP within this time … */
const POP_SECONDS = 1;
/** … so one that has not settled by then never will, and its connection is replaced. */
const POP_MAX_MS = 3_000;
/** How often a process without a free slot, or without Redis, looks whether it has one again. */
const POLL_MS = 50;

export interface NudgeListener {
  readonly topic: string;
  readonly onNudge: () => void;
  /** Whether a wake-up would be of use now; else it is left to others. */
  readonly ready: () => boolean;
  /** Puts a wake-up back that came when it was of no use any more. */
  readonly giveBack: (hint: string) => void;
}

/**
 * Pops the wake-ups of one topic and passes them on, nothing else: the workers never wait for a Redis
 * promise. Each topic has a connection of its own, for while one is waited on another may become of use.
 */
export class NudgeLoop extends LoopService {
  readonly name = "wake-ups";
  readonly #link: Link;

  constructor(
    url: string,
    private readonly listener: NudgeListener,
  ) {
    super();
    this.#link = new Link(url, { blocking: true });
  }

  override async stop(): Promise<void> {
    this.stopping.abort();
    await Promise.all([super.stop(), this.#link.stop()]);
  }

  protected override async run(signal: AbortSignal): Promise<void> {
    await this.#link.start();
    while (!signal.aborted) {
      const redis = this.listener.ready() ? this.#link.current : undefined;
      if (redis) await this.#popOnce(redis);
      // Whoever was woken goes first: its claim is worth more than the next wake-up.
      await sleep(redis ? 0 : POLL_MS, signal);
    }
  }

  async #popOnce(redis: Redis): Promise<void> {
    const silence = Promise.withResolvers<"silent">();
    // A bare timer: between a wake-up and its claim nothing else should have to be wound up.
    const timer = setTimeout(() => silence.resolve("silent"), POP_MAX_MS);
    try {
      const pop = redis.blpop(this.listener.topic, POP_SECONDS);
      const popped = await Promise.race([pop, silence.promise]);
      if (popped === "silent") this.#link.drop(redis);
      else if (popped) this.#pass(popped[1]);
    } catch {
      this.#link.drop(redis);
    } finally {
      clearTimeout(timer);
    }
  }

  #pass(hint: string): void {
    if (this.listener.ready()) this.listener.onNudge();
    else this.listener.giveBack(hint);
  }
}
