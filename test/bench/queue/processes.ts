import { join } from "node:path";
import { type Child, spawnChild } from "../../support/child.ts";
import { eventually } from "../../support/eventually.ts";
import { freshDatabase } from "../../support/postgres.ts";
import { type RedisServer, startRedis } from "../../support/redis.ts";
import type { Place, Producer, System } from "./system.ts";

/** Two processes of this many jobs at once, for every system. */
export const CONCURRENCY = 12;
const PROCESSES = 2;

/** A system with its producer, on a database and a Redis of its own; its workers run when asked. */
export class Installation {
  readonly #workers: Child[] = [];

  private constructor(
    readonly system: System,
    readonly producer: Producer,
    private readonly place: Place,
    private readonly redis: RedisServer,
  ) {}

  static async create(system: System): Promise<Installation> {
    const redis = await startRedis();
    const place = { databaseUrl: await freshDatabase(), redisUrl: redis.url };
    await system.prepare(place);
    return new Installation(system, await system.producer(place), place, redis);
  }

  get databaseUrl(): string {
    return this.place.databaseUrl;
  }

  async startWorkers(): Promise<void> {
    const program = [process.execPath, join(import.meta.dir, "worker.ts")];
    const cmd = [...program, this.system.name, JSON.stringify(this.place), String(CONCURRENCY)];
    for (let at = 0; at < PROCESSES; at++) this.#workers.push(spawnChild({ cmd }));
    await eventually(() => this.#workers.every((worker) => worker.stdout().includes("ready\n")), {
      timeoutMs: 30_000,
    }).catch((error: unknown) => {
      throw new Error(this.#workers.map((worker) => worker.logs()).join("\n"), { cause: error });
    });
  }

  /** When each job started, by its key, as far as the workers have told. */
  starts(): Map<number, number> {
    const words = this.#workers.flatMap((worker) => worker.stdout().match(/\d+@[\d.]+/g) ?? []);
    return new Map(words.map((word) => word.split("@").map(Number) as [number, number]));
  }

  async stop(): Promise<void> {
    for (const worker of this.#workers) worker.kill();
    await Promise.all(this.#workers.map((worker) => worker.exited));
    await this.producer.close();
    await this.redis.stop();
  }
}
