import type { Redis } from "ioredis";
import { messageOf } from "../error.ts";
import type { Bus, BusState, Handler } from "../event/bus.ts";
import { guard, logger } from "../log.ts";
import { type Service, sleep } from "../service.ts";
import { connectRedis } from "./connect.ts";
import { NudgeLoop } from "./nudge-loop.ts";

/** Wake-ups beyond this are forgotten: one is enough to make a worker look, and it looks until all is done. */
const NUDGES_MAX = 1_000;
const HEARTBEAT_EVERY_MS = 4_000;
/** A subscriber that has not heard its own heartbeat for so long is dead, however healthy it looks. */
const SILENCE_MAX_MS = 12_000;

interface Subscription {
  readonly topic: string;
  readonly handler: Handler;
}

/** The bus over Redis: pub/sub for copies, lists for nudges. Every method returns quickly when it is away. */
export class RedisBus implements Bus, Service {
  readonly name = "redis";
  readonly #log = logger("redis");
  readonly #commands: Redis;
  readonly #nudges: NudgeLoop;
  readonly #subscriptions: Subscription[] = [];
  readonly #heartbeat = `rag_heartbeat:${crypto.randomUUID()}`;
  readonly #stopping = new AbortController();
  #subscriber: Redis | undefined;
  #lastHeardAt = 0;
  #state: BusState | undefined;
  #watching: Promise<void> | undefined;

  constructor(private readonly url: string) {
    this.#commands = connectRedis(url, { blocking: false });
    this.#commands.on("error", () => undefined);
    this.#nudges = new NudgeLoop(url, (topic, hint) => this.nudge(topic, hint));
  }

  async start(): Promise<void> {
    this.#lastHeardAt = performance.now();
    await this.#commands.connect().catch(() => undefined);
    await this.#rebuildSubscriber();
    this.#nudges.start();
    this.#watching = this.#watch(this.#stopping.signal);
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.all([this.#watching, this.#nudges.stop()]);
    this.#subscriber?.disconnect();
    this.#commands.disconnect();
  }

  async publish(topic: string, message: unknown): Promise<boolean> {
    try {
      await this.#commands.publish(topic, JSON.stringify(message));
      return true;
    } catch {
      return false;
    }
  }

  async nudge(topic: string, hint: unknown): Promise<boolean> {
    try {
      await this.#commands
        .pipeline()
        .rpush(topic, JSON.stringify(hint))
        .ltrim(topic, -NUDGES_MAX, -1)
        .exec();
      return true;
    } catch {
      return false;
    }
  }

  subscribe(topic: string, handler: Handler): void {
    this.#subscriptions.push({ topic, handler });
    if (this.#subscriber) void subscribeTo(this.#subscriber, topic).catch(() => undefined);
  }

  onNudge(topic: string, onNudge: () => void, ready: () => boolean): void {
    this.#nudges.add({ topic, onNudge, ready });
    // Older publishers send the wake-up on a channel of the same name.
    this.subscribe(topic, onNudge);
  }

  state(): BusState {
    const heard = performance.now() - this.#lastHeardAt < SILENCE_MAX_MS;
    return this.#commands.status === "ready" && heard ? "up" : "down";
  }

  /** Tells each change of state once, keeps the heart beating, and replaces a dead subscriber. */
  async #watch(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const beaten = await this.publish(this.#heartbeat, 1);
      const silent = performance.now() - this.#lastHeardAt > SILENCE_MAX_MS;
      if (beaten && silent) await this.#rebuildSubscriber();
      this.#tellState();
      await sleep(HEARTBEAT_EVERY_MS, signal);
    }
  }

  #tellState(): void {
    const state = this.state();
    if (state === this.#state) return;
    if (state === "down") this.#log.warn("Redis is away; going on with PostgreSQL alone.");
    else this.#log.info("Redis is there.");
    this.#state = state;
  }

  async #rebuildSubscriber(): Promise<void> {
    this.#subscriber?.disconnect();
    const subscriber = connectRedis(this.url, { blocking: true });
    this.#subscriber = subscriber;
    subscriber.on("error", () => undefined);
    subscriber.on("message", (channel, body) => this.#receive(channel, body, channel));
    subscriber.on("pmessage", (pattern, channel, body) => this.#receive(pattern, body, channel));
    subscriber.on("ready", () => {
      for (const topic of [this.#heartbeat, ...this.#topics()])
        subscribeTo(subscriber, topic).catch((error: unknown) =>
          this.#log.debug(`Could not subscribe: ${messageOf(error)}`),
        );
    });
    await subscriber.connect().catch(() => undefined);
  }

  #topics(): Set<string> {
    return new Set(this.#subscriptions.map(({ topic }) => topic));
  }

  #receive(subscribed: string, body: string, topic: string): void {
    this.#lastHeardAt = performance.now();
    if (subscribed === this.#heartbeat) return;
    const message = parseJson(body);
    if (message === undefined) return this.#log.debug(`Ignored a message on ${topic}: no JSON.`);
    for (const subscription of this.#subscriptions)
      if (subscription.topic === subscribed)
        guard(`a message on ${topic}`, () => subscription.handler(message, topic));
  }
}

async function subscribeTo(subscriber: Redis, topic: string): Promise<void> {
  if (topic.includes("*")) await subscriber.psubscribe(topic);
  else await subscriber.subscribe(topic);
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    return undefined;
  }
}
