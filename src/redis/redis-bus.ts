import { type Redis, ReplyError } from "ioredis";
import { messageOf } from "../error.ts";
import type { Bus, BusState, CopyChannels, Handler, Subscription } from "../event/bus.ts";
import { logger } from "../log.ts";
import { type Service, sleep } from "../service.ts";
import { Link } from "./link.ts";
import { NudgeLoop } from "./nudge-loop.ts";

/** Wake-ups beyond this are forgotten: one is enough to make a worker look, and it looks until all is done. */
const NUDGES_MAX = 1_000;
const HEARTBEAT_EVERY_MS = 1_000;
/** A subscriber that has not heard so many beats that Redis took is dead, however healthy it looks. */
const UNHEARD_BEATS_MAX = 3;

/** Topics that are subscribed to with one command. */
const SUBSCRIBE_BATCH = 1_000;

/** What is subscribed to by this process, be it by several handlers. */
interface Channel {
  readonly handlers: Set<Handler>;
  readonly active: Promise<boolean>;
}

/** The bus over Redis: pub/sub for copies, lists for nudges. Every method returns quickly when it is away. */
export class RedisBus implements Bus, Service {
  readonly name = "redis";
  readonly #log = logger("redis");
  readonly #commands: Link;
  readonly #subscriber: Link;
  readonly #nudges: NudgeLoop[] = [];
  readonly #channels = new Map<string, Channel>();
  readonly #heartbeat = `rag_heartbeat:${crypto.randomUUID()}`;
  readonly #stopping = new AbortController();
  /** The connection that subscriptions are made on, be it still being greeted. */
  #subscribing: Redis | undefined;
  /** The last beat was taken by Redis. */
  #beating = false;
  /** Beats taken by Redis since the subscriber was opened or heard anything. */
  #unheardBeats = 0;
  #deaf = false;
  #told: BusState | undefined;
  #watching: Promise<void> | undefined;

  constructor(
    private readonly url: string,
    readonly copyChannels: CopyChannels = "shared",
  ) {
    this.#commands = new Link(url, { blocking: false });
    this.#subscriber = new Link(url, { blocking: true, greet: (redis) => this.#greet(redis) });
  }

  async start(): Promise<void> {
    await Promise.all([this.#commands.start(), this.#subscriber.start()]);
    await this.#beat();
    this.#watching = this.#watch(this.#stopping.signal);
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    const services = [...this.#nudges, this.#subscriber, this.#commands];
    await Promise.all(services.map((service) => service.stop()));
    await this.#watching;
  }

  async publish(topic: string, message: unknown): Promise<boolean> {
    return await this.#command((redis) => [redis.publish(topic, JSON.stringify(message))]);
  }

  async nudge(topic: string, hint: unknown): Promise<boolean> {
    return await this.#push(topic, JSON.stringify(hint));
  }

  subscribe(topic: string, handler: Handler): Subscription {
    const channel = this.#channels.get(topic) ?? this.#open(topic);
    channel.handlers.add(handler);
    const end = () => {
      if (channel.handlers.delete(handler) && channel.handlers.size === 0) this.#close(topic);
    };
    return { active: channel.active, end };
  }

  onNudge(topic: string, onNudge: () => void, ready: () => boolean): void {
    const giveBack = (hint: string) => void this.#push(topic, hint);
    const loop = new NudgeLoop(this.url, { topic, onNudge, ready, giveBack });
    this.#nudges.push(loop);
    void loop.start();
    // Older publishers send the wake-up on a channel of the same name.
    this.subscribe(topic, onNudge);
  }

  state(): BusState {
    return this.#commands.current && this.#beating && !this.#deaf ? "up" : "down";
  }

  async #push(topic: string, hint: string): Promise<boolean> {
    return await this.#command((redis) => [
      redis.rpush(topic, hint),
      redis.ltrim(topic, -NUDGES_MAX, -1),
    ]);
  }

  /** @returns false if Redis did not do it; a link that does not answer in time is replaced */
  async #command(send: (redis: Redis) => Promise<unknown>[]): Promise<boolean> {
    const redis = this.#commands.current;
    if (!redis) return false;
    try {
      sendTogether(redis);
      await Promise.all(send(redis));
      return true;
    } catch (error) {
      if (!(error instanceof ReplyError)) this.#commands.drop(redis);
      else this.#log.debug(`Redis refused: ${messageOf(error)}`);
      return false;
    }
  }

  async #watch(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      this.#tellState();
      await sleep(HEARTBEAT_EVERY_MS, signal);
      await this.#beat();
    }
  }

  /** Keeps the heart beating, and replaces a subscriber that went deaf. Beats are counted, not seconds: a
   * process that was held up for long has missed nothing. */
  async #beat(): Promise<void> {
    this.#beating = await this.publish(this.#heartbeat, 1);
    if (!this.#beating || ++this.#unheardBeats <= UNHEARD_BEATS_MAX) return;
    this.#deaf = true;
    const redis = this.#subscriber.current;
    if (redis) this.#subscriber.drop(redis);
  }

  #tellState(): void {
    const state = this.state();
    if (state === this.#told) return;
    if (state === "down") {
      const why = this.#commands.failure || this.#subscriber.failure || "it does not answer";
      this.#log.warn(`Redis is away (${why}); going on with PostgreSQL alone.`);
    } else this.#log.info("Redis is there.");
    this.#told = state;
  }

  async #greet(subscriber: Redis): Promise<void> {
    this.#subscribing = subscriber;
    this.#unheardBeats = 0;
    subscriber.on("message", (topic, body) => this.#receive(topic, body));
    const topics = [this.#heartbeat, ...this.#channels.keys()];
    for (let at = 0; at < topics.length; at += SUBSCRIBE_BATCH)
      await subscriber.subscribe(...topics.slice(at, at + SUBSCRIBE_BATCH));
  }

  #open(topic: string): Channel {
    const channel: Channel = { handlers: new Set(), active: this.#subscribeTo(topic) };
    this.#channels.set(topic, channel);
    return channel;
  }

  /** Where it fails the connection has ended, and its successor subscribes to everything. */
  async #subscribeTo(topic: string): Promise<boolean> {
    if (!this.#subscribing) return false;
    return await this.#subscribing.subscribe(topic).then(
      () => true,
      () => false,
    );
  }

  #close(topic: string): void {
    this.#channels.delete(topic);
    this.#subscribing?.unsubscribe(topic).catch(() => undefined);
  }

  #receive(topic: string, body: string): void {
    this.#unheardBeats = 0;
    this.#deaf = false;
    if (topic === this.#heartbeat) return;
    const message = parseJson(body);
    if (message === undefined) return this.#log.debug(`Ignored a message on ${topic}: no JSON.`);
    for (const handler of this.#channels.get(topic)?.handlers ?? [])
      try {
        handler(message, topic, body);
      } catch (error) {
        this.#log.error(`Could not handle a message on ${topic}: ${messageOf(error)}`);
      }
  }
}

/** All that is said until the event loop goes on leaves in one write: each by itself costs a call of the system. */
function sendTogether({ stream }: Redis): void {
  if (stream.writableCorked > 0) return;
  stream.cork();
  process.nextTick(() => stream.uncork());
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    return undefined;
  }
}
