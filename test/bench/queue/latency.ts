import { ms } from "../../support/table.ts";
import { median, percentile, type Row } from "../table.ts";
import { bullMq } from "./bullmq.ts";
import { engine } from "./engine.ts";
import { graphileWorker } from "./graphile.ts";
import { openLoop, type Waits } from "./open-loop.ts";
import { Installation } from "./processes.ts";
import type { System } from "./system.ts";

const SYSTEMS = [engine, bullMq, graphileWorker] as const;
const RATES = [50, 200] as const;
const RUNS = 3;
const SECONDS = 4;
/** Jobs that open connections and fill caches, before any is counted. */
const WARM_UP = 50;
const KEYS_EACH = 100_000;

interface Sample {
  readonly system: System;
  readonly perSecond: number;
  readonly waits: Waits;
}

/** Insert → start, open loop: the systems take turns, so that the machine's noise falls on all alike. */
export async function benchLatency(): Promise<Row[]> {
  const samples: Sample[] = [];
  for (let run = 0; run < RUNS; run++)
    for (const system of SYSTEMS) samples.push(...(await measure(system)));
  return RATES.flatMap((rate) => rowsOf(samples.filter(({ perSecond }) => perSecond === rate)));
}

async function measure(system: System): Promise<Sample[]> {
  const installation = await Installation.create(system);
  await installation.startWorkers();
  await openLoop(installation, RATES[0], WARM_UP, 0);
  const samples: Sample[] = [];
  for (const perSecond of RATES) {
    const count = perSecond * SECONDS;
    const waits = await openLoop(installation, perSecond, count, perSecond * KEYS_EACH);
    samples.push({ system, perSecond, waits });
  }
  await installation.stop();
  return samples;
}

function rowsOf(samples: readonly Sample[]): Row[] {
  const perSecond = samples[0]?.perSecond ?? 0;
  const of = (system: System, which: keyof Waits, p: number) =>
    median(
      samples
        .filter((sample) => sample.system === system)
        .map(({ waits }) => percentile(waits[which], p)),
    );
  const both = (system: System, which: keyof Waits) =>
    `${ms(of(system, which, 0.5))} · ${ms(of(system, which, 0.99))}`;
  const row = (what: string, which: keyof Waits): Row => ({
    what: `${what} → start, ${perSecond}/s, p50 · p99`,
    measured: both(engine, which),
    reach: `≤ ${ms(1.5 * of(bullMq, which, 0.5))} · ${ms(Math.min(10, of(graphileWorker, which, 0.99)))}`,
    peer: `${both(bullMq, which)} (BullMQ), ${both(graphileWorker, which)} (graphile-worker)`,
  });
  return [row("insert", "sinceCall"), row("acknowledged insert", "sinceAck")];
}
