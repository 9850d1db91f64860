import { statSync } from "node:fs";
import { join } from "node:path";
import { startEngine } from "../support/engine.ts";
import { temporaryFolder } from "../support/folder.ts";
import { startServer } from "../support/postgres.ts";
import { networked } from "../support/set-up.ts";
import { memoryOf } from "./process.ts";
import { ms } from "../support/table.ts";
import { mb, median, type Row } from "./table.ts";

const RUNS = 5;
/** Long enough for caches and lazy parts to have settled. */
const IDLE_MS = 8_000;
const EXECUTABLE = join(import.meta.dir, "../../dist/rag-engine");

/** How soon the executable is there, and what it takes while nothing happens. */
export async function benchStart(): Promise<Row[]> {
  const first: number[] = [];
  const later: number[] = [];
  const memory: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    const env = { DATA_DIR: temporaryFolder("bench-start") };
    first.push(await timeStart(env));
    later.push(
      await timeStart(env, run === 0 ? (pid) => void memory.push(memoryOf(pid)) : undefined),
    );
  }
  const peer = await timePostgres();
  return [
    { what: "first start → /ready", measured: ms(median(first)), reach: "≤ 1.5 s", peer },
    { what: "later start → /ready", measured: ms(median(later)), reach: "≤ 0.6 s" },
    { what: "idle memory, ROLE=all", measured: mb(memory[0] ?? 0), reach: "≤ 450 MB" },
    ...(await networkedMemory()),
    { what: "executable", measured: mb(statSync(EXECUTABLE).size), reach: "≤ 150 MB" },
  ];
}

async function timeStart(
  env: Record<string, string>,
  whenIdle?: (pid: number) => void,
): Promise<number> {
  const startedAt = performance.now();
  const engine = await startEngine({ env, compiled: true });
  const tookMs = performance.now() - startedAt;
  if (whenIdle) {
    await Bun.sleep(IDLE_MS);
    whenIdle(engine.pid);
  }
  await engine.stop();
  return tookMs;
}

async function networkedMemory(): Promise<Row[]> {
  const setUp = await networked({ compiled: true });
  await Bun.sleep(IDLE_MS);
  const rows = setUp.engines().map((engine) => ({
    what: `idle memory, ROLE=${engine.env["ROLE"]}`,
    measured: mb(memoryOf(engine.pid)),
    reach: "≤ 120 MB",
  }));
  await setUp.stop();
  return rows;
}

/** What a bare PostgreSQL server takes from nothing to its first answer. */
async function timePostgres(): Promise<string> {
  const startedAt = performance.now();
  const server = await startServer();
  const tookMs = performance.now() - startedAt;
  await server.stop();
  return `${ms(tookMs)} (PostgreSQL initdb + start)`;
}
