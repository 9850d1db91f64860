import { readFileSync } from "node:fs";
import { memoryOf } from "../process.ts";
import { median, type Row } from "../table.ts";
import type { CrowdPlan } from "./crowd.ts";
import { startProgram, untilSaid } from "./program.ts";
import { ENGINE, SOCKET_IO, SOCKET_IO_BUN, type System } from "./systems.ts";

const SOCKETS = 10_000;
/** What else a process has open. */
const OTHER_FILES = 500;
/** They open whatever the first sockets of a process open, and leave. */
const WARM_UP_SOCKETS = 500;
/** Longer than the sockets take to be pinged for the first time. */
const SETTLE_MS = 35_000;
const LEAVE_MS = 5_000;
const SAMPLES = 5;
const SAMPLE_EVERY_MS = 500;

/** What a process's memory grows by for each socket that is open and hears nothing. */
export async function benchIdle(): Promise<Row[]> {
  const sockets = Math.min(SOCKETS, filesMax() - OTHER_FILES);
  const own = await measure(ENGINE, sockets);
  const peers: string[] = [];
  for (const peer of [SOCKET_IO, SOCKET_IO_BUN])
    peers.push(`${kb(await measure(peer, sockets))} (${peer.name})`);
  const what = `memory per idle connection, ${sockets.toLocaleString("en")} connections`;
  return [{ what, measured: kb(own), reach: "≤ 10 KB", peer: peers.join(", ") }];
}

/** @returns bytes a connection */
async function measure(system: System, sockets: number): Promise<number> {
  const running = await system.start();
  const { dialect, url, pid } = running;
  const gather = async (plan: CrowdPlan) => {
    const idlers = startProgram("idlers", plan);
    await untilSaid(idlers, "ready");
    return idlers;
  };
  const first = await gather({ dialect, urls: [url], sockets: WARM_UP_SOCKETS });
  await first.stop();
  await Bun.sleep(LEAVE_MS);
  const before = await settledMemory(pid);
  const idlers = await gather({ dialect, urls: [url], sockets });
  await Bun.sleep(SETTLE_MS);
  const after = await settledMemory(pid);
  await idlers.stop();
  await running.stop();
  return (after - before) / sockets;
}

async function settledMemory(pid: number): Promise<number> {
  const samples: number[] = [];
  for (let at = 0; at < SAMPLES; at++) {
    samples.push(memoryOf(pid));
    await Bun.sleep(SAMPLE_EVERY_MS);
  }
  return median(samples);
}

/** How many files, sockets among them, a process may have open; Bun and Node.js raise their limit to it. */
function filesMax(): number {
  const limits = readFileSync("/proc/self/limits", "utf8");
  return Number(/^Max open files +\d+ +(\d+)/m.exec(limits)?.[1] ?? SOCKETS);
}

function kb(bytes: number): string {
  return `${(bytes / 1024).toFixed(1)} KB`;
}
