import { join } from "node:path";
import postgres from "postgres";
import type { Client } from "../../support/client.ts";
import type { Engine } from "../../support/engine.ts";
import { eventually } from "../../support/eventually.ts";
import { type Proxy, startProxy, through } from "../../support/proxy.ts";
import { networked, type Network, type SetUp } from "../../support/set-up.ts";
import { auditDocuments } from "../audit.ts";
import { rowsAbout } from "../footprint.ts";
import { Findings, type Scenario } from "../scenario.ts";
import { auditProcesses, expectUntold, expectUntouched, listenIn, type Told } from "../witness.ts";

const ROUNDS = { short: 1, long: 6 } as const;
const PRELOAD = join(import.meta.dir, "../program/other-clock.ts");
const TEN_MINUTES_MS = 600_000;
/** Longer than a lease. */
const BLOCK_MS = 18_000;
const TAKEN_OVER_WITHIN_MS = 60_000;

/** A worker that will lose its lease while it works, behind a wire of its own to the objects. */
interface Victim {
  readonly engine: Engine;
  readonly s3: Proxy;
}

interface Scene {
  readonly setUp: SetUp;
  readonly sql: postgres.Sql;
  readonly user: Client;
  readonly workspaceId: string;
  readonly told: readonly Told[];
  /** Its wire to the database goes silent. */
  readonly cutOff: Victim & { readonly postgres: Proxy };
  /** Its event loop stands still. */
  readonly blocked: Victim;
  /** Those who take over; their clocks are ten minutes off, in both directions. */
  readonly others: readonly Engine[];
  readonly findings: Findings;
}

export const clocks: Scenario = {
  name: "clocks",
  promise:
    "A parse whose lease cannot be extended, a blocked event loop, clocks ten minutes off in both directions: no effect counts twice.",
  run: async ({ length }) => {
    // From source: a compiled executable loads nothing before its own program.
    const setUp = await networked({ env: withClock(-TEN_MINUTES_MS) });
    const { network } = setUp;
    if (!network) throw new Error("This needs a network.");
    const scene = await openScene(setUp, network);
    for (let round = 0; round < ROUNDS[length]; round++) await playRound(scene);
    const ids = await scene.sql<{ id: string }[]>`select id from documents`;
    const documentIds = ids.map(({ id }) => id);
    await auditDocuments(scene.sql, documentIds, await setUp.objects(), scene.findings);
    auditProcesses(setUp, scene.findings);
    await scene.sql.end();
    await setUp.stop();
    return scene.findings;
  },
};

function withClock(shiftMs: number): Record<string, string> {
  return {
    BUN_OPTIONS: `--preload=${PRELOAD}`,
    CLOCK_SHIFT_MS: String(shiftMs),
    BLOCK_MS: String(BLOCK_MS),
  };
}

async function openScene(setUp: SetUp, network: Network): Promise<Scene> {
  const { databaseUrl, s3 } = network;
  const toDatabase = await startProxy(Number(new URL(databaseUrl).port));
  const startVictim = async (env: Record<string, string>): Promise<Victim> => {
    const toS3 = await startProxy(Number(new URL(s3.endpoint).port));
    const S3_ENDPOINT = through(toS3, s3.endpoint).replace(/\/$/, "");
    return {
      engine: await network.add("parse", { ...withClock(0), ...env, S3_ENDPOINT }),
      s3: toS3,
    };
  };
  const [cutOff, blocked, ahead] = await Promise.all([
    startVictim({ DATABASE_URL: through(toDatabase, databaseUrl) }),
    startVictim({}),
    network.add("parse", withClock(TEN_MINUTES_MS)),
    network.add("ingest", withClock(TEN_MINUTES_MS)),
  ]);
  const behind = setUp.engines()[1];
  if (!behind) throw new Error("The set-up has a process that parses.");
  const user = await setUp.user();
  return {
    setUp,
    sql: postgres(databaseUrl, { max: 2 }),
    user,
    workspaceId: (await user.createWorkspace()).id,
    told: await listenIn(network),
    cutOff: { ...cutOff, postgres: toDatabase },
    blocked,
    others: [ahead, behind],
    findings: new Findings(),
  };
}

async function playRound(scene: Scene): Promise<void> {
  const { sql, cutOff, blocked, others, told, findings } = scene;
  for (const { s3 } of [cutOff, blocked]) s3.blackHole();
  const first = await uploadFor(scene, [...others, blocked.engine]);
  cutOff.postgres.blackHole();
  const second = await uploadFor(scene, others);
  blocked.engine.kill("SIGUSR2");
  findings.runs += 2;
  const subjects = [first, second];
  await untilIngested(scene, subjects);
  const before = await rowsAbout(sql, subjects);
  const toldBefore = told.length;
  cutOff.postgres.pass();
  for (const { s3 } of [cutOff, blocked]) s3.pass();
  await worksAgain(scene, cutOff.engine);
  await worksAgain(scene, blocked.engine);
  expectUntouched(before, await rowsAbout(sql, subjects), findings);
  expectUntold(told.slice(toldBefore), subjects, findings);
}

/** Uploads a document while some workers sleep, so that another one takes it. */
async function uploadFor(scene: Scene, asleep: readonly Engine[]): Promise<string> {
  return await whileAsleep(asleep, async () => {
    const id = await upload(scene);
    await eventually(async () => {
      const rows =
        await scene.sql`select id from parse_jobs where document_id = ${id} and status = 'running'`;
      return rows.length === 1;
    });
    return id;
  });
}

async function whileAsleep<T>(asleep: readonly Engine[], work: () => Promise<T>): Promise<T> {
  for (const engine of asleep) engine.kill("SIGSTOP");
  try {
    return await work();
  } finally {
    for (const engine of asleep) engine.kill("SIGCONT");
  }
}

async function upload({ user, workspaceId }: Scene): Promise<string> {
  const content = "The harbour master counted the ships that day.\n".repeat(20);
  const { items } = await user.upload(workspaceId, { name: "ships.txt", content });
  return items[0]?.document.id ?? "";
}

/** What it had left to do is behind it when it does something new. */
async function worksAgain(scene: Scene, engine: Engine): Promise<void> {
  const { cutOff, blocked, others } = scene;
  const everybody = [cutOff.engine, blocked.engine, ...others];
  const asleep = everybody.filter((each) => each !== engine);
  await whileAsleep(asleep, async () => untilIngested(scene, [await upload(scene)]));
}

async function untilIngested(
  { sql, findings }: Scene,
  documentIds: readonly string[],
): Promise<void> {
  const done = async () => {
    const [open] = await sql<{ count: number }[]>`
      select count(*)::int as count from documents
      where id = any(${[...documentIds]}::uuid[]) and status <> 'ingested'`;
    return open?.count === 0;
  };
  await eventually(done, { timeoutMs: TAKEN_OVER_WITHIN_MS, pollMs: 100 }).catch(() =>
    findings.lost.push("a document waits for a worker that is not there"),
  );
}
