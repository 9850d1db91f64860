import { ms } from "../../support/table.ts";
import { median, type Row } from "../table.ts";
import { runProgram } from "./program.ts";
import type { StormFindings, StormPlan } from "./storm.ts";
import { ENGINE, type Running, SOCKET_IO, SOCKET_IO_BUN, type System } from "./systems.ts";

const PEERS = [SOCKET_IO, SOCKET_IO_BUN] as const;
const TURNS = 9;
const SOCKETS = 500;
const SECONDS = 1.5;
/** About half of what the slowest of them takes. */
const STEADY_PER_SECOND = 20_000;
/** How often faster than the peer. */
const REACH_TIMES = 3;

interface Sample {
  readonly system: System;
  readonly full: StormFindings;
  readonly steady: StormFindings;
}

/**
 * An outside publisher's messages, each for one user, over Redis and one process to 500 sockets. The systems
 * take many short turns, so that the machine's noise falls on all alike, and on few turns only.
 */
export async function benchForward(): Promise<Row[]> {
  const all: { system: System; running: Running }[] = [];
  for (const system of [ENGINE, ...PEERS]) all.push({ system, running: await system.start() });
  const samples: Sample[] = [];
  for (let turn = 0; turn < TURNS; turn++)
    for (const { system, running } of all)
      samples.push({
        system,
        full: await blow(running, {}),
        steady: await blow(running, { perSecond: STEADY_PER_SECOND }),
      });
  for (const { running } of all) await running.stop();
  const lost = samples.flatMap(({ full, steady }) => [full.lost, steady.lost]);
  if (lost.some((count) => count > 0)) throw new Error(`Messages were lost: ${lost.join(", ")}`);
  return rowsOf(samples);
}

async function blow(
  { dialect, url, redisUrl, pid }: Running,
  rate: Pick<StormPlan, "perSecond">,
): Promise<StormFindings> {
  const crowd = { dialect, urls: [url], sockets: SOCKETS };
  const plan: StormPlan = { ...crowd, redisUrl, pids: [pid], seconds: SECONDS, ...rate };
  return await runProgram("storm", plan);
}

function rowsOf(samples: readonly Sample[]): Row[] {
  const row = (
    what: string,
    of: (sample: Sample) => number,
    write: (value: number) => string,
    reach: (peer: number) => string,
  ): Row => {
    const value = (system: System) =>
      median(samples.filter((sample) => sample.system === system).map(of));
    const peer = PEERS.map((system) => `${write(value(system))} (${system.name})`).join(", ");
    return { what, measured: write(value(ENGINE)), reach: reach(value(SOCKET_IO)), peer };
  };
  const half = (peer: number) => `≤ ${ms(peer / 2)}`;
  const times = (peer: number) => `≥ ${perSecond(peer * REACH_TIMES)}`;
  const steadily = `${STEADY_PER_SECOND.toLocaleString("en")}/s`;
  return [
    row(`Redis → ${SOCKETS} sockets, messages taken`, (s) => s.full.perSecond, perSecond, times),
    row("the same, published → socket, p99", (s) => s.full.p99Ms, ms, half),
    row(`Redis → ${SOCKETS} sockets, ${steadily}, p99`, (s) => s.steady.p99Ms, ms, half),
    row(
      "processor time of the server for a message",
      (s) => s.full.serverUs,
      us,
      () => "—",
    ),
  ];
}

export function perSecond(rate: number): string {
  return `${Math.round(rate).toLocaleString("en")}/s`;
}

export function us(value: number): string {
  return `${value.toFixed(1)} µs`;
}
