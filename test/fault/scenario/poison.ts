import { join } from "node:path";
import { transact } from "../../../src/event/announce.ts";
import { InProcessBus } from "../../../src/event/in-process-bus.ts";
import { insertJobs } from "../../../src/job/store.ts";
import { connect, disconnect } from "../../../src/postgres/connect.ts";
import { migrate } from "../../../src/postgres/migrate.ts";
import type { Database } from "../../../src/postgres/sql.ts";
import { spawnChild } from "../../support/child.ts";
import { eventually } from "../../support/eventually.ts";
import { freshDatabase } from "../../support/postgres.ts";
import { Findings, type Scenario } from "../scenario.ts";

const PROGRAM = join(import.meta.dir, "../program/poisonable-worker.ts");
/** Longer than a busy machine lets a process wait: a lease that its holder could not extend counts as an attempt. */
const LEASE_SECONDS = 4;
/** A job and its three retries. */
const ATTEMPTS = 4;
const ROUNDS = { short: 1, long: 8 } as const;
const QUICK_JOBS = 20;
/** Longer than a process with poison in it lives. */
const SLOW_JOB_MS = 4_000;
const SLOW_JOBS = 2;
const DONE_WITHIN_MS = 90_000;

interface JobRow {
  readonly id: string;
  readonly name: string;
  readonly status: string;
  readonly retry_count: number;
  readonly effects: number;
}

export const poison: Scenario = {
  name: "poison",
  promise:
    "A job whose process dies on it fails after its retries; whoever ran beside it or waited behind it is done, once.",
  run: async ({ length, random }) => {
    const findings = new Findings();
    for (let round = 0; round < ROUNDS[length]; round++)
      await poisonOnce(random.between(0, 300), findings);
    return findings;
  },
};

/** @param diesAfterMs how long the poison takes to work */
async function poisonOnce(diesAfterMs: number, findings: Findings): Promise<void> {
  const url = await freshDatabase();
  const sql = connect({ url }, 2);
  await migrate(sql);
  await sql`create table effects (job_id uuid not null)`;
  await queueJobs(sql, diesAfterMs);
  const supervisor = supervise(url);
  const open = async () => {
    const [row] = await sql<{ count: number }[]>`
      select count(*)::int as count from jobs where status in ('queued', 'running')`;
    return row?.count === 0;
  };
  await eventually(open, { timeoutMs: DONE_WITHIN_MS, pollMs: 50 }).catch(() =>
    findings.broken.push("the queue does not come to an end"),
  );
  const deaths = await supervisor.stop();
  findings.runs += deaths;
  if (deaths !== ATTEMPTS) findings.broken.push(`${deaths} processes died, not ${ATTEMPTS}`);
  for (const job of await jobsOf(sql)) auditJob(job, findings);
  await disconnect(sql, 1);
}

/** The poison comes first, so that all others run beside it or wait behind it. */
async function queueJobs(sql: Database, diesAfterMs: number): Promise<void> {
  const poisonous = { name: "poison", dies: true, milliseconds: diesAfterMs };
  const slow = { name: "slow", dies: false, milliseconds: SLOW_JOB_MS };
  const quick = { name: "quick", dies: false, milliseconds: 20 };
  const payloads = [
    poisonous,
    ...Array.from({ length: SLOW_JOBS }, () => slow),
    ...Array.from({ length: QUICK_JOBS }, () => quick),
  ];
  await transact(sql, new InProcessBus(), (tx, announce) =>
    insertJobs(
      tx,
      announce,
      payloads.map((payload) => ({ kind: "cleanup" as const, payload })),
    ),
  );
}

/** Starts the worker, and starts it again whenever it has died. */
function supervise(url: string): { stop(): Promise<number> } {
  let stopping = false;
  let deaths = 0;
  let child = start(url);
  const watching = (async () => {
    for (;;) {
      await child.exited;
      if (stopping) return;
      deaths++;
      child = start(url);
    }
  })();
  const stop = async () => {
    stopping = true;
    child.kill("SIGKILL");
    await watching;
    return deaths;
  };
  return { stop };
}

function start(url: string) {
  return spawnChild({ cmd: [process.execPath, PROGRAM, url, String(LEASE_SECONDS)] });
}

function jobsOf(sql: Database): Promise<JobRow[]> {
  return sql<JobRow[]>`
    select j.id, j.payload ->> 'name' as name, j.status, j.retry_count,
      (select count(*)::int from effects e where e.job_id = j.id) as effects
    from jobs j`;
}

function auditJob(
  { id, name, status, retry_count, effects }: JobRow,
  { lost, doubled, broken }: Findings,
): void {
  if (name === "poison") {
    if (status !== "failed" || retry_count !== ATTEMPTS - 1)
      broken.push(`the poison is ${status} after ${retry_count} retries`);
    return;
  }
  if (status !== "success") lost.push(`a ${name} job is ${status} (${id})`);
  if (effects > 1) doubled.push(`a ${name} job had ${effects} effects (${id})`);
}
