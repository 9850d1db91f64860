import { networked } from "../../support/set-up.ts";
import { median, type Row } from "../table.ts";
import { TENANTS } from "./dialect.ts";
import { perSecond, us } from "./forward.ts";
import { runProgram } from "./program.ts";
import type { StormFindings, StormPlan } from "./storm.ts";

/** Each divides the number of tenants, so that a tenant's sockets are all on one process. */
const PROCESSES = [1, 2, 4] as const;
const RUNS = 3;
const SOCKETS = 10 * TENANTS;
const SECONDS = 2;
/** Well below what one process takes. */
const STEADY_PER_SECOND = 5_000;

const MODES = {
  shared: "rag-engine, tenants, shared channel",
  tenant: "rag-engine, tenants, their channels",
} as const;
type Mode = keyof typeof MODES;

interface Sample {
  readonly processes: number;
  readonly mode: Mode;
  readonly full: StormFindings;
  readonly steady: StormFindings;
}

/** What it is worth that a process hears of its own tenants alone, the tenants being spread over processes. */
export async function benchTenants(): Promise<Row[]> {
  const samples: Sample[] = [];
  for (let run = 0; run < RUNS; run++)
    for (const processes of PROCESSES)
      for (const mode of ["shared", "tenant"] as const)
        samples.push(await measure(processes, mode));
  return PROCESSES.flatMap((processes) => rowsOf(processes, samples));
}

async function measure(processes: number, mode: Mode): Promise<Sample> {
  const setUp = await networked({ compiled: true, env: { REALTIME_CHANNELS: mode } });
  const engines = [setUp.api()];
  while (engines.length < processes) {
    const engine = await setUp.network?.add("api");
    if (engine) engines.push(engine);
  }
  const plan: StormPlan = {
    dialect: MODES[mode],
    urls: engines.map(({ url }) => url),
    sockets: SOCKETS,
    redisUrl: setUp.network?.redis.url ?? "",
    pids: engines.map(({ pid }) => pid),
    seconds: SECONDS,
  };
  const full = await runProgram<StormFindings>("storm", plan);
  const steady = await runProgram<StormFindings>("storm", {
    ...plan,
    perSecond: STEADY_PER_SECOND,
  });
  await setUp.stop();
  if (full.lost + steady.lost > 0)
    throw new Error(`Of ${mode} channels ${full.lost} and ${steady.lost} messages were lost.`);
  return { processes, mode, full, steady };
}

function rowsOf(processes: number, samples: readonly Sample[]): Row[] {
  const of = (mode: Mode, figure: (sample: Sample) => number) =>
    median(samples.filter((s) => s.processes === processes && s.mode === mode).map(figure));
  const row = (
    what: string,
    figure: (sample: Sample) => number,
    write: (value: number) => string,
  ): Row => ({
    what: `${what}, ${TENANTS} tenants on ${processes} API ${processes === 1 ? "process" : "processes"}`,
    measured: write(of("tenant", figure)),
    reach: "—",
    peer: `${write(of("shared", figure))} (one channel for all)`,
  });
  const steadily = `${STEADY_PER_SECOND.toLocaleString("en")}/s`;
  return [
    row("messages taken", ({ full }) => full.perSecond, perSecond),
    row(`processor time of all for a message at ${steadily}`, ({ steady }) => steady.serverUs, us),
  ];
}
