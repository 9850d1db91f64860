import postgres from "postgres";
import { loadPeer } from "../peer.ts";
import type { System } from "./system.ts";

interface GraphileWorker {
  run(options: unknown): Promise<{ stop(): Promise<void> }>;
  runMigrations(options: unknown): Promise<void>;
  makeWorkerUtils(options: unknown): Promise<{
    addJob(task: string, payload: unknown): Promise<unknown>;
    release(): Promise<void>;
  }>;
}

const PRODUCER_CONNECTIONS = 10;

const load = async () => (await loadPeer("graphile-worker/dist/index.js")) as GraphileWorker;
const SILENT = { logger: undefined, noHandleSignals: true };

/** graphile-worker, woken by LISTEN/NOTIFY; unbatched, which is its default. */
export const graphileWorker: System = {
  name: "graphile-worker",

  prepare: async ({ databaseUrl }) =>
    await (await load()).runMigrations({ ...SILENT, connectionString: databaseUrl }),

  async producer({ databaseUrl }) {
    const connection = { connectionString: databaseUrl, maxPoolSize: PRODUCER_CONNECTIONS };
    const utils = await (await load()).makeWorkerUtils({ ...SILENT, ...connection });
    const sql = postgres(databaseUrl, { max: 1, prepare: false });
    return {
      insert: async (key) => void (await utils.addJob("measure", { key })),
      insertMany: async (count) => {
        await sql`
          select count(*) from generate_series(0, ${count - 1}::int) as key,
            graphile_worker.add_job('measure', json_build_object('key', key))`;
        await sql`vacuum analyze`;
      },
      close: async () => {
        await utils.release();
        await sql.end();
      },
    };
  },

  async work({ databaseUrl }, concurrency, onStart) {
    const start = (payload: { key: number }) => Promise.resolve(onStart(payload.key));
    const connection = { connectionString: databaseUrl, maxPoolSize: concurrency + 1 };
    await (
      await load()
    ).run({ ...SILENT, ...connection, concurrency, taskList: { measure: start } });
  },
};
