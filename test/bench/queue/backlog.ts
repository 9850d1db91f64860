import postgres from "postgres";
import { ms } from "../../support/table.ts";
import { percentile, type Row } from "../table.ts";
import { engine } from "./engine.ts";
import { graphileWorker } from "./graphile.ts";
import { openLoop } from "./open-loop.ts";
import { Installation } from "./processes.ts";
import type { System } from "./system.ts";

const PER_SECOND = 100;
const SECONDS = 300;
/** Enough for the peer to show how it goes. */
const PEER_SECONDS = 120;
const READS = 3;
const READ_SECONDS = 120;
/** Jobs before the reads, which open connections and are not counted. */
const WARM_UP = 100;

/** Long reads keep vacuum from removing what finished jobs leave behind; how long do jobs wait meanwhile? */
export async function benchBacklog(): Promise<Row[]> {
  // One after the other: a queue that falls behind takes all that the machine has.
  const own = await measure(engine, SECONDS);
  const peer = await measure(graphileWorker, PEER_SECONDS);
  return [
    {
      what: `${PER_SECOND} jobs/s for ${SECONDS} s, ${READS} reads of ${READ_SECONDS} s open: p99, longest wait`,
      measured: own,
      reach: "longest ≤ 1 s",
      peer: `${peer} (graphile-worker, ${PEER_SECONDS} s)`,
    },
  ];
}

async function measure(system: System, seconds: number): Promise<string> {
  const installation = await Installation.create(system);
  await installation.startWorkers();
  await openLoop(installation, PER_SECOND, WARM_UP, 0);
  const ended = new AbortController();
  const reads = Array.from({ length: READS }, (_, at) =>
    keepReading(installation.databaseUrl, (at * READ_SECONDS) / READS, ended.signal),
  );
  const { sinceCall } = await openLoop(installation, PER_SECOND, PER_SECOND * seconds, WARM_UP);
  ended.abort();
  await Promise.all(reads);
  await installation.stop();
  return `${ms(percentile(sinceCall, 0.99))}, ${ms(Math.max(...sinceCall))}`;
}

/**
 * Always has one snapshot open, a new one every `READ_SECONDS`.
 * @param firstSeconds how long the first lasts (0: as the others), so that not all are renewed at once
 */
async function keepReading(
  databaseUrl: string,
  firstSeconds: number,
  ended: AbortSignal,
): Promise<void> {
  const sql = postgres(databaseUrl, { max: 1, prepare: false });
  let seconds = firstSeconds || READ_SECONDS;
  while (!ended.aborted) {
    await sql
      .begin("isolation level repeatable read", async (tx) => {
        await tx`select count(*) from pg_class`;
        const reading = tx`select pg_sleep(${seconds})`;
        ended.addEventListener("abort", () => reading.cancel(), { once: true });
        await reading;
      })
      .catch((error: unknown) => {
        if (!ended.aborted) throw error;
      });
    seconds = READ_SECONDS;
  }
  await sql.end();
}
