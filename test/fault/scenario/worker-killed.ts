import { readdirSync } from "node:fs";
import postgres from "postgres";
import type { Client } from "../../support/client.ts";
import type { Engine } from "../../support/engine.ts";
import { eventually } from "../../support/eventually.ts";
import { temporaryFolder } from "../../support/folder.ts";
import type { LiveSocket } from "../../support/live-socket.ts";
import { type Proxy, startProxy, through } from "../../support/proxy.ts";
import { networked, type Network, type SetUp } from "../../support/set-up.ts";
import { auditDocuments, auditSocket } from "../audit.ts";
import type { Random } from "../../support/random.ts";
import { Findings, type Scenario } from "../scenario.ts";

/** The processes of one round are killed at once, each at a moment of its own; those of the set-up live on. */
const ROUNDS = { short: 1, long: 15 } as const;
const VICTIMS = ["parse", "parse", "parse", "parse", "ingest", "ingest", "ingest"] as const;
const DOCUMENTS_A_ROUND = 28;
/** Sentences; what is long is cut in the middle of parsing or of its transaction. */
const LENGTHS = [3, 3, 30, 3_000] as const;
const KILL_WITHIN_MS = 2_500;
const MOMENTS = ["reading", "transaction", "transaction", "telling", "any"] as const;
/** A lease, five seconds, and patience for a busy machine: beyond it a job is lost. */
const TAKEN_UP_WITHIN_MS = 60_000;

/** A worker that will die, behind wires of its own. */
interface Victim {
  readonly engine: Engine;
  readonly temporary: string;
  readonly wires: { readonly postgres: Proxy; readonly redis: Proxy; readonly s3: Proxy };
}

interface Scene {
  readonly setUp: SetUp;
  readonly network: Network;
  readonly sql: postgres.Sql;
  readonly user: Client;
  readonly workspaceId: string;
  readonly socket: LiveSocket;
  readonly documentIds: string[];
  readonly random: Random;
  readonly findings: Findings;
}

export const workerKilled: Scenario = {
  name: "worker-killed",
  promise:
    "A job whose worker is killed is taken up again within its lease and 5 s; its document is ingested once, with nothing lost, doubled or left over.",
  reachMs: 20_000,
  run: async ({ length, random }) => {
    const setUp = await networked({ compiled: true });
    const { network } = setUp;
    if (!network) throw new Error("This needs a network.");
    const sql = postgres(network.databaseUrl, { max: 2 });
    const user = await setUp.user();
    const { id: workspaceId } = await user.createWorkspace();
    const socket = await user.connect();
    const { payload } = await socket.waitFor<{ cursor: string }>("ready");
    const findings = new Findings();
    const scene: Scene = {
      setUp,
      network,
      sql,
      user,
      workspaceId,
      socket,
      documentIds: [],
      random,
      findings,
    };
    let victims = await Promise.all(VICTIMS.map((role) => startVictim(network, role)));
    for (let round = 0; round < ROUNDS[length]; round++) {
      await killAll(scene, victims);
      victims = await Promise.all(victims.map((victim) => startAgain(victim, findings)));
    }
    if (findings.worstWaitMs === undefined) findings.broken.push("no job was caught in the middle");
    await auditDocuments(sql, scene.documentIds, await setUp.objects(), findings);
    await socketHasAll(scene, payload.cursor);
    await Promise.all(victims.map(({ engine }) => engine.stop()));
    await user.leave();
    await sql.end();
    await setUp.stop();
    return findings;
  },
};

async function startVictim(network: Network, role: "parse" | "ingest"): Promise<Victim> {
  const { databaseUrl, redis, s3 } = network;
  const [toPostgres, toRedis, toS3] = await Promise.all(
    [databaseUrl, redis.url, s3.endpoint].map((url) => startProxy(Number(new URL(url).port))),
  );
  if (!toPostgres || !toRedis || !toS3) throw new Error("Three wires were asked for.");
  const temporary = temporaryFolder("victim");
  const engine = await network.add(role, {
    DATABASE_URL: through(toPostgres, databaseUrl),
    REDIS_URL: through(toRedis, redis.url),
    S3_ENDPOINT: through(toS3, s3.endpoint).replace(/\/$/, ""),
    TMPDIR: temporary,
  });
  return { engine, temporary, wires: { postgres: toPostgres, redis: toRedis, s3: toS3 } };
}

/** As a supervisor would. What the dead one left in its temporary folder is cleared away. */
async function startAgain(victim: Victim, findings: Findings): Promise<Victim> {
  for (const wire of Object.values(victim.wires)) wire.pass();
  const engine = await victim.engine.again();
  const left = readdirSync(victim.temporary, { recursive: true, withFileTypes: true });
  for (const file of left.filter((entry) => entry.isFile()))
    findings.broken.push(`left in the temporary folder: ${file.name}`);
  return { ...victim, engine };
}

/**
 * What a victim is in the middle of when it dies: reading its object, any statement of a transaction, a
 * copy that it would send after a commit, or whatever comes.
 */
function slowDown({ wires }: Victim, moment: (typeof MOMENTS)[number], random: Random): void {
  if (moment === "reading") wires.s3.blackHole();
  if (moment === "transaction") wires.postgres.delay(random.between(20, 150));
  if (moment === "telling") wires.redis.blackHole();
}

async function killAll(scene: Scene, victims: readonly Victim[]): Promise<void> {
  const { random, findings } = scene;
  // One of those who read is sure to be caught in the middle, wherever chance puts the others.
  const reading = VICTIMS.lastIndexOf("parse");
  for (const [at, victim] of victims.entries())
    slowDown(victim, at === reading ? "reading" : random.pick(MOMENTS), random);
  await uploadMany(scene);
  const killed = victims.map(async ({ engine }, at) => {
    await Bun.sleep((KILL_WITHIN_MS * (at + random.next())) / victims.length);
    engine.kill("SIGKILL");
    await engine.exited;
    findings.runs++;
  });
  await Promise.all(killed);
  await untilTakenUp(scene);
  await untilIngested(scene);
}

async function uploadMany({ user, workspaceId, documentIds, random }: Scene): Promise<void> {
  const files = Array.from({ length: DOCUMENTS_A_ROUND }, (_each, at) => {
    const number = documentIds.length + at;
    const line = `Report ${number}: the harbour master counted ${number} ships that day.\n`;
    return { name: `report-${number}.txt`, content: line.repeat(random.pick(LENGTHS)) };
  });
  const { items } = await user.upload(workspaceId, ...files);
  documentIds.push(...items.map(({ document }) => document.id));
}

/**
 * Waits for the next start of each job that was running when the last of them died, and whose holder never
 * comes to an end of it.
 */
async function untilTakenUp({ sql, findings }: Scene): Promise<void> {
  const [{ now } = { now: new Date() }] = await sql<{ now: Date }[]>`select now() as now`;
  const left = await sql<{ id: string; started_at: Date }[]>`
    select id, started_at from jobs where status = 'running' and kind in ('parse', 'ingest')`;
  const waits = left.map(async ({ id, started_at }) => {
    const again = async () => {
      const [job] = await sql<{ status: string; started_at: Date }[]>`
        select status, started_at from jobs where id = ${id}`;
      if (!job || job.status === "queued") return false;
      if (job.started_at > started_at) return job.started_at.getTime() - now.getTime();
      return job.status === "success" ? 0 : false;
    };
    const waitedMs = await eventually(again, { timeoutMs: TAKEN_UP_WITHIN_MS, pollMs: 200 });
    findings.waited(waitedMs);
  });
  for (const outcome of await Promise.allSettled(waits))
    if (outcome.status === "rejected") findings.lost.push(`a job: ${String(outcome.reason)}`);
}

async function untilIngested({ sql, documentIds }: Scene): Promise<void> {
  const done = async () => {
    const [open] = await sql<{ count: number }[]>`
      select count(*)::int as count from documents
      where id = any(${[...documentIds]}::uuid[]) and status in ('pending', 'parsed')`;
    return open?.count === 0;
  };
  // What is not, the audit says.
  await eventually(done, { timeoutMs: TAKEN_UP_WITHIN_MS, pollMs: 100 }).catch(() => undefined);
}

/** The socket gets the last events a moment after the commit. */
async function socketHasAll({ sql, user, socket, findings }: Scene, cursor: string): Promise<void> {
  const missing = async () => {
    const found = new Findings();
    await auditSocket(sql, user.userId, socket.frames, cursor, found);
    return found.lost;
  };
  await eventually(async () => (await missing()).length === 0).catch(() => undefined);
  findings.lost.push(...(await missing()));
}
