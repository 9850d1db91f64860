import { type Redis, ReplyError } from "ioredis";
import { messageOf } from "../error.ts";
import { logger } from "../log.ts";
import { backoffMs, type Service, sleep } from "../service.ts";
import { redisConnection } from "./connect.ts";

/** A connection that is not open and greeted by then never will be: a firewall may swallow every word. */
const OPEN_TIMEOUT_MS = 3_000;
const REOPEN = { baseMs: 100, maxMs: 1_500 } as const;

interface LinkOptions {
  /** For BLPOP and subscriptions, whose silence is no fault. */
  readonly blocking: boolean;
  /** Makes a fresh connection fit for use. */
  readonly greet?: (redis: Redis) => Promise<void>;
}

/**
 * Keeps one connection to Redis: opens it, and opens the next when it has ended or is dropped. None is ever
 * repaired, so that nothing of a broken one lives on.
 */
export class Link implements Service {
  readonly name = "redis link";
  readonly #stopping = new AbortController();
  readonly #tried = Promise.withResolvers<void>();
  #current: Redis | undefined;
  #failure = "";
  #end: () => void = () => undefined;
  #loop: Promise<void> | undefined;

  constructor(
    private readonly url: string,
    private readonly options: LinkOptions,
  ) {}

  /** The connection that is fit for use now. */
  get current(): Redis | undefined {
    return this.#current;
  }

  /** What went wrong last, for the log. */
  get failure(): string {
    return this.#failure;
  }

  /** Resolves when the first attempt has succeeded or failed. */
  async start(): Promise<void> {
    this.#loop = this.#run(this.#stopping.signal);
    await this.#tried.promise;
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#end();
    await this.#loop;
  }

  /** Gives up a connection that was found dead, whatever it believes of itself. */
  drop(redis: Redis): void {
    if (redis === this.#current) this.#end();
  }

  /** Runs a script. @returns its reply, whose shape is the script's own; undefined if Redis did not run it */
  async eval<T>(
    script: string,
    keys: readonly string[],
    values: readonly (string | number)[],
  ): Promise<T | undefined> {
    const redis = this.#current;
    if (!redis) return undefined;
    try {
      return (await redis.eval(script, keys.length, ...keys, ...values)) as T;
    } catch (error) {
      // What Redis refuses, as one does that is full, is no fault of the connection.
      if (!(error instanceof ReplyError)) this.drop(redis);
      else logger("redis").debug(`Redis refused: ${messageOf(error)}`);
      return undefined;
    }
  }

  async #run(signal: AbortSignal): Promise<void> {
    let failures = 0;
    while (!signal.aborted) {
      const redis = redisConnection(this.url, this.options);
      const ended = new Promise<"ended">((resolve) => {
        this.#end = () => resolve("ended");
        redis.once("end", this.#end);
        redis.on("error", this.#note);
      });
      const opened = await Promise.race([this.#open(redis), ended]);
      if (opened === "open") await this.#use(redis, ended);
      redis.disconnect();
      this.#tried.resolve();
      failures = opened === "open" ? 0 : failures + 1;
      await sleep(backoffMs(Math.min(failures + 1, 10), REOPEN), signal);
    }
  }

  readonly #note = (error: unknown): void => {
    this.#failure = messageOf(error);
  };

  async #open(redis: Redis): Promise<"open" | "failed"> {
    const done = new AbortController();
    const opening = redis.connect().then(() => this.options.greet?.(redis));
    const outcome = await Promise.race([
      opening.then(
        () => "open" as const,
        (error: unknown) => {
          if (error instanceof ReplyError) this.#note(error);
          return "failed" as const;
        },
      ),
      sleep(OPEN_TIMEOUT_MS, done.signal).then(() => "failed" as const),
    ]);
    done.abort();
    return outcome;
  }

  async #use(redis: Redis, ended: Promise<unknown>): Promise<void> {
    this.#current = redis;
    this.#failure = "";
    this.#tried.resolve();
    await ended;
    this.#current = undefined;
  }
}
