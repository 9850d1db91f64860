import { eventually } from "../../support/eventually.ts";
import { median, type Row } from "../table.ts";
import { engine } from "./engine.ts";
import { graphileWorker } from "./graphile.ts";
import { pgBoss } from "./pg-boss.ts";
import { Installation } from "./processes.ts";
import type { System } from "./system.ts";

const SYSTEMS = [engine, graphileWorker, pgBoss] as const;
const JOBS = 20_000;
const RUNS = 3;
/** A slower system is measured by what it did until then. */
const RUN_MS_MAX = 12_000;

/** How many no-op jobs a second two processes get through, of a queue that was full before they started. */
export async function benchBurnDown(): Promise<Row[]> {
  const rates = new Map<System, number[]>(SYSTEMS.map((system) => [system, []]));
  for (let run = 0; run < RUNS; run++)
    for (const system of SYSTEMS) rates.get(system)?.push(await measure(system));
  const of = (system: System) => median(rates.get(system) ?? []);
  const perSecond = (rate: number) => `${Math.round(rate).toLocaleString("en")}/s`;
  return [
    {
      what: `${JOBS.toLocaleString("en")} no-op jobs, 2 processes × 12`,
      measured: perSecond(of(engine)),
      reach: `≥ ${perSecond(Math.max(of(graphileWorker), 3 * of(pgBoss)))}`,
      peer: `${perSecond(of(graphileWorker))} (graphile-worker), ${perSecond(of(pgBoss))} (pg-boss)`,
    },
  ];
}

/** @returns jobs a second, from the first start to the last */
async function measure(system: System): Promise<number> {
  const installation = await Installation.create(system);
  await installation.producer.insertMany(JOBS);
  await installation.startWorkers();
  const deadline = performance.now() + RUN_MS_MAX;
  await eventually(() => installation.starts().size >= JOBS || performance.now() > deadline, {
    timeoutMs: 2 * RUN_MS_MAX,
    pollMs: 250,
  });
  const times = [...installation.starts().values()].toSorted((a, b) => a - b);
  await installation.stop();
  return ((times.length - 1) * 1_000) / ((times.at(-1) ?? 0) - (times[0] ?? 0));
}
