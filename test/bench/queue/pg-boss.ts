import postgres from "postgres";
import { loadPeer } from "../peer.ts";
import type { Place, System } from "./system.ts";

interface Boss {
  on(event: "error", handler: (error: unknown) => void): void;
  start(): Promise<unknown>;
  stop(options?: unknown): Promise<void>;
  createQueue(name: string): Promise<void>;
  send(name: string, data: unknown): Promise<unknown>;
  insert(name: string, jobs: readonly unknown[]): Promise<unknown>;
  work(
    name: string,
    options: unknown,
    handler: (jobs: readonly { data: { key: number } }[]) => Promise<void>,
  ): Promise<unknown>;
}

const QUEUE = "measure";
/** Its least: seconds between two looks at an empty queue, and between two looks at the backlog. */
const POLL_SECONDS = 0.5;
const STATS_SECONDS = 1;
const INSERT_BATCH = 1_000;

async function open({ databaseUrl }: Place, connections: number): Promise<Boss> {
  const { PgBoss } = (await loadPeer("pg-boss/dist/index.js")) as {
    PgBoss: new (options: unknown) => Boss;
  };
  const boss = new PgBoss({
    connectionString: databaseUrl,
    max: connections,
    superviseIntervalSeconds: STATS_SECONDS,
    monitorIntervalSeconds: STATS_SECONDS,
    queueCacheIntervalSeconds: STATS_SECONDS,
  });
  boss.on("error", (error) => process.stderr.write(`pg-boss: ${String(error)}\n`));
  await boss.start();
  return boss;
}

/**
 * pg-boss, job by job as the others: its least polling interval, and its documented way to drain a backlog
 * (`burstWhenReadyExceeds`, with the backlog counted as often as it can), without which each of its workers
 * takes two jobs a second.
 */
export const pgBoss: System = {
  name: "pg-boss",

  async prepare(place) {
    const boss = await open(place, 2);
    await boss.createQueue(QUEUE);
    await boss.stop();
  },

  async producer(place) {
    const boss = await open(place, 2);
    return {
      insert: async (key) => void (await boss.send(QUEUE, { key })),
      insertMany: async (count) => {
        for (let from = 0; from < count; from += INSERT_BATCH)
          await boss.insert(
            QUEUE,
            Array.from({ length: Math.min(INSERT_BATCH, count - from) }, (_, at) => ({
              data: { key: from + at },
            })),
          );
        const sql = postgres(place.databaseUrl, { max: 1, prepare: false });
        await sql`vacuum analyze`;
        await sql.end();
      },
      close: () => boss.stop(),
    };
  },

  async work(place, concurrency, onStart) {
    const boss = await open(place, concurrency + 1);
    const polling = { pollingIntervalSeconds: POLL_SECONDS, burstWhenReadyExceeds: 1 };
    await boss.work(
      QUEUE,
      { ...polling, batchSize: 1, localConcurrency: concurrency },
      async (jobs) => jobs.forEach(({ data }) => onStart(data.key)),
    );
  },
};
