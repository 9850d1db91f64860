import { announceCommitted, type Wake } from "../../../src/event/announce.ts";
import { Finisher } from "../../../src/job/finisher.ts";
import { insertJobs } from "../../../src/job/store.ts";
import { Worker } from "../../../src/job/worker.ts";
import { connect, disconnect } from "../../../src/postgres/connect.ts";
import { migrate } from "../../../src/postgres/migrate.ts";
import { RedisBus } from "../../../src/redis/redis-bus.ts";
import type { Place, Producer, System } from "./system.ts";
import { workerDeps } from "../../support/worker.ts";

const KIND = "cleanup";
const LEASE_SECONDS = 60;
const PRODUCER_CONNECTIONS = 10;

/** The engine's own queue, as its processes use it: every finish is fenced by the lease's token. */
export const engine: System = {
  name: "rag-engine",

  async prepare({ databaseUrl }) {
    const sql = connect({ url: databaseUrl }, 1);
    await migrate(sql);
    await disconnect(sql, 1);
  },

  producer,

  async work({ databaseUrl, redisUrl }, concurrency, onStart) {
    const sql = connect({ url: databaseUrl }, concurrency + 1);
    const bus = new RedisBus(redisUrl);
    await bus.start();
    const finisher = new Finisher(sql);
    await new Worker(workerDeps(sql, bus), {
      kind: KIND,
      leaseSeconds: LEASE_SECONDS,
      concurrency,
      run: async (job) => {
        onStart(Number(job.payload["key"]));
        await finisher.finish(job);
      },
    }).start();
  },
};

async function producer({ databaseUrl, redisUrl }: Place): Promise<Producer> {
  const sql = connect({ url: databaseUrl }, PRODUCER_CONNECTIONS);
  const bus = new RedisBus(redisUrl);
  await bus.start();
  return {
    // One statement is a transaction of its own, as where a message is posted.
    insert: async (key) => {
      const wakes: Wake[] = [];
      const wake = (each: Wake) => void wakes.push(each);
      await insertJobs(sql, { wake }, [{ kind: KIND, payload: { key } }]);
      announceCommitted(bus, [], wakes);
    },
    insertMany: async (count) => {
      const jobs = Array.from(
        { length: count },
        (_, key) => ({ kind: KIND, payload: { key } }) as const,
      );
      await insertJobs(sql, { wake: () => undefined }, jobs);
      await sql`vacuum analyze jobs`;
    },
    close: async () => {
      await bus.stop();
      await disconnect(sql, 1);
    },
  };
}
