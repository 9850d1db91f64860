import { loadPeer } from "../peer.ts";
import type { Place, System } from "./system.ts";

interface BullMq {
  readonly Queue: new (
    name: string,
    options: unknown,
  ) => {
    waitUntilReady(): Promise<unknown>;
    add(name: string, data: unknown, options: unknown): Promise<unknown>;
    addBulk(jobs: readonly unknown[]): Promise<unknown>;
    close(): Promise<void>;
  };
  readonly Worker: new (
    name: string,
    handler: (job: { data: { key: number } }) => Promise<void>,
    options: unknown,
  ) => { waitUntilReady(): Promise<unknown> };
}

const QUEUE = "measure";
const load = async () => (await loadPeer("bullmq/dist/cjs/index.js")) as BullMq;
const connectionOf = ({ redisUrl }: Place) => ({
  connection: {
    host: "127.0.0.1",
    port: Number(new URL(redisUrl).port),
    maxRetriesPerRequest: null,
  },
});

/** BullMQ: its workers block on Redis, which keeps nothing on disk. */
export const bullMq: System = {
  name: "BullMQ",

  prepare: () => Promise.resolve(),

  async producer(place) {
    const queue = new (await load()).Queue(QUEUE, connectionOf(place));
    await queue.waitUntilReady();
    return {
      insert: async (key) => void (await queue.add("measure", { key }, { removeOnComplete: true })),
      insertMany: async (count) =>
        void (await queue.addBulk(
          Array.from({ length: count }, (_, key) => ({ name: "measure", data: { key } })),
        )),
      close: () => queue.close(),
    };
  },

  async work(place, concurrency, onStart) {
    const handle = ({ data }: { data: { key: number } }) => Promise.resolve(onStart(data.key));
    const { Worker } = await load();
    await new Worker(QUEUE, handle, { ...connectionOf(place), concurrency }).waitUntilReady();
  },
};
