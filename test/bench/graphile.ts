import { join } from "node:path";
import postgres from "postgres";
import { freshDatabase } from "../support/postgres.ts";

const FOLDER = import.meta.dir;

interface GraphileWorker {
  readonly run: (options: unknown) => Promise<{ stop(): Promise<void> }>;
}

/** Milliseconds from a row's insertion to its start by graphile-worker, on the same server; one at a time. */
export async function graphileWorkerDelays(count: number): Promise<number[]> {
  const path = join(FOLDER, "node_modules/graphile-worker/dist/index.js");
  const { run } = (await import(path)) as GraphileWorker;
  const connectionString = await freshDatabase();
  const started: ((at: number) => void)[] = [];
  const runner = await run({
    connectionString,
    concurrency: 2,
    noHandleSignals: true,
    logger: undefined,
    taskList: { measure: () => Promise.resolve(started.shift()?.(performance.now())) },
  });
  const sql = postgres(connectionString, { max: 1, prepare: false });
  const delays: number[] = [];
  for (let at = 0; at < count; at++) {
    const start = new Promise<number>((resolve) => started.push(resolve));
    const insertedAt = performance.now();
    await sql`select graphile_worker.add_job('measure')`;
    delays.push((await start) - insertedAt);
  }
  await sql.end();
  await runner.stop();
  return delays;
}
