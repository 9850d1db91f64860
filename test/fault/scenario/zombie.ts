import postgres from "postgres";
import type { Client } from "../../support/client.ts";
import type { Engine } from "../../support/engine.ts";
import { eventually } from "../../support/eventually.ts";
import { type FakeLlm, startLlm } from "../../support/llm.ts";
import { buildPdf } from "../../support/pdf.ts";
import { type Proxy, startProxy, through } from "../../support/proxy.ts";
import { reaches } from "../../support/scenes.ts";
import { networked, type Network, type SetUp } from "../../support/set-up.ts";
import { auditDocuments } from "../audit.ts";
import { rowsAbout } from "../footprint.ts";
import type { Random } from "../../support/random.ts";
import { Findings, type Scenario } from "../scenario.ts";
import { auditProcesses, expectUntold, expectUntouched, listenIn, type Told } from "../witness.ts";

const ROUNDS = { short: 1, long: 6 } as const;
/** So long that its parser is in the middle of it when its parent is stopped. */
const PDF_PAGES = 400;
/** A lease, a rescue and the work; beyond it somebody waits for the stopped one. */
const TAKEN_OVER_WITHIN_MS = 60_000;

/** A worker that will be stopped, behind wires of its own. */
interface Zombie {
  readonly engine: Engine;
  readonly postgres: Proxy;
  readonly s3: Proxy;
}

type Role = "api" | "parse" | "ingest";

interface Scene {
  readonly setUp: SetUp;
  readonly network: Network;
  readonly sql: postgres.Sql;
  readonly llm: FakeLlm;
  readonly user: Client;
  readonly workspaceId: string;
  readonly conversationId: string;
  readonly zombies: Readonly<Record<Role, Zombie>>;
  readonly told: readonly Told[];
  readonly random: Random;
  readonly findings: Findings;
}

export const zombie: Scenario = {
  name: "zombie",
  promise:
    "A worker that is stopped past its lease, while parsing, before its hand-over, in the middle of a transaction or of an answer, holds nobody up, and when it goes on changes no row and tells nothing.",
  run: async ({ length, random }) => {
    const llm = startLlm();
    const setUp = await networked({ compiled: true, env: llm.env });
    const { network } = setUp;
    if (!network) throw new Error("This needs a network.");
    const scene = await openScene(setUp, network, llm, random);
    for (let round = 0; round < ROUNDS[length]; round++) await playRound(scene);
    await auditAll(scene);
    await scene.sql.end();
    await setUp.stop();
    await llm.stop();
    return scene.findings;
  },
};

async function openScene(
  setUp: SetUp,
  network: Network,
  llm: FakeLlm,
  random: Random,
): Promise<Scene> {
  const sql = postgres(network.databaseUrl, { max: 4 });
  const told = await listenIn(network);
  const [api, parse, ingest] = await Promise.all([
    startZombie(network, "api"),
    startZombie(network, "parse"),
    startZombie(network, "ingest"),
  ]);
  const user = await setUp.user();
  const { id: workspaceId } = await user.createWorkspace();
  const { id: conversationId } = await user.createConversation(workspaceId);
  // The model is asked only where a document has something to say.
  const { items } = await user.upload(workspaceId, { name: "first.txt", content: lines(3) });
  await reaches(user, workspaceId, items[0]?.document.id ?? "", "ingested");
  const findings = new Findings();
  return {
    setUp,
    network,
    sql,
    llm,
    user,
    workspaceId,
    conversationId,
    told,
    random,
    findings,
    zombies: { api, parse, ingest },
  };
}

async function startZombie(network: Network, role: Role): Promise<Zombie> {
  const { databaseUrl, s3 } = network;
  const toPostgres = await startProxy(Number(new URL(databaseUrl).port));
  const toS3 = await startProxy(Number(new URL(s3.endpoint).port));
  const engine = await network.add(role, {
    DATABASE_URL: through(toPostgres, databaseUrl),
    S3_ENDPOINT: through(toS3, s3.endpoint).replace(/\/$/, ""),
  });
  return { engine, postgres: toPostgres, s3: toS3 };
}

/** Every kind of zombie at once: they are overtaken together, so that one lease is waited for. */
async function playRound(scene: Scene): Promise<void> {
  const { sql, zombies, told, random, findings } = scene;
  const inTransaction = await stopInTransaction(scene);
  const whileParsing = await stopWhileParsing(scene);
  const whileAnswering = await stopWhileAnswering(scene);
  const documentIds = [inTransaction, ...whileParsing];
  const subjects = [...documentIds, whileAnswering];
  await untilOvertaken(scene, documentIds, whileAnswering);
  const before = await rowsAbout(sql, subjects);
  const toldBefore = told.length;
  for (const role of shuffled(random)) {
    // A wire that comes back before its process has what it said heard in the middle of its sleep.
    const wire = zombies[role].postgres;
    if (random.next() < 0.5) wire.pass();
    zombies[role].engine.kill("SIGCONT");
    wire.pass();
    findings.runs++;
  }
  await everybodyWorks(scene);
  expectUntouched(before, await rowsAbout(sql, subjects), findings);
  expectUntold(told.slice(toldBefore), subjects, findings);
}

function shuffled(random: Random): Role[] {
  const order = random.pick(["apiParseIngest", "ingestParseApi", "parseApiIngest"] as const);
  return [...order.matchAll(/api|parse|ingest/gi)].map(([role]) => role.toLowerCase() as Role);
}

/** Runs `work` while, of all processes of a role, only the zombie to be may take jobs. */
async function alone<T>({ setUp }: Scene, role: Role, work: () => Promise<T>): Promise<T> {
  const [api, parse, ingest] = setUp.engines();
  const other = { api, parse, ingest }[role];
  other?.kill("SIGSTOP");
  try {
    return await work();
  } finally {
    other?.kill("SIGCONT");
  }
}

/** Stopped with an open transaction that has written its job's row, and holds it locked. */
async function stopInTransaction(scene: Scene): Promise<string> {
  const { sql, zombies } = scene;
  const { engine, postgres: wire } = zombies.ingest;
  return await alone(scene, "ingest", async () => {
    wire.delay(scene.random.between(60, 200));
    for (;;) {
      const [id = ""] = await upload(scene, "transaction.txt", lines(200));
      // Inside for a moment only: where nobody looked in time, another document goes the same way.
      const where = await eventually(
        async () => {
          const [row] = await sql<{ inside: boolean; ingested: boolean }[]>`
            select status = 'ingested' as ingested, exists (
              select from pg_stat_activity where datname = current_database()
                and state = 'idle in transaction' and query like '%ingest_jobs%success%') as inside
            from documents where id = ${id}`;
          return row && (row.inside || row.ingested) && row;
        },
        { pollMs: 5 },
      );
      if (!where.inside) continue;
      engine.kill("SIGSTOP");
      return id;
    }
  });
}

/** Stopped with one document half read, and another read and on its way to the hand-over. */
async function stopWhileParsing(scene: Scene): Promise<string[]> {
  const { zombies, told } = scene;
  const { engine, postgres: wire, s3 } = zombies.parse;
  const ids = await alone(scene, "parse", async () => {
    s3.blackHole();
    const text = await upload(scene, "read.txt", lines(20));
    const pdf = await upload(scene, "half-read.pdf", longPdf());
    await untilRunning(scene, [...text, ...pdf]);
    return [...text, ...pdf];
  });
  const from = told.length;
  wire.blackHole();
  s3.pass();
  const half = (id: string) => (entry: Told) =>
    entry.message.includes(id) && entry.message.includes("parse_progress");
  await eventually(() => told.slice(from).some(half(ids[1] ?? "")), {
    timeoutMs: 30_000,
    pollMs: 5,
  });
  engine.kill("SIGSTOP");
  return ids;
}

async function stopWhileAnswering(scene: Scene): Promise<string> {
  const { llm, zombies, conversationId, user } = scene;
  const { engine } = zombies.api;
  return await alone(scene, "api", async () => {
    llm.hold();
    const asked = llm.asked();
    const response = await fetch(`${engine.url}/api/conversations/${conversationId}/messages`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${user.token}`,
        "content-type": "application/json",
        prefer: "respond-async",
      },
      body: JSON.stringify({ content: "Who counted the ships?" }),
    });
    const { id } = (await response.json()) as { id: string };
    await eventually(() => llm.asked() > asked, { timeoutMs: 30_000 });
    engine.kill("SIGSTOP");
    llm.release();
    return id;
  });
}

async function upload(scene: Scene, name: string, content: string | Uint8Array): Promise<string[]> {
  const { items } = await scene.user.upload(scene.workspaceId, { name, content });
  return items.map(({ document }) => document.id);
}

function lines(count: number): string {
  return "The harbour master counted the ships that day.\n".repeat(count);
}

function longPdf(): Uint8Array {
  return buildPdf(Array.from({ length: PDF_PAGES }, () => lines(25).trimEnd()));
}

async function untilRunning({ sql }: Scene, documentIds: readonly string[]): Promise<void> {
  await eventually(async () => {
    const rows = await sql`select id from parse_jobs where status = 'running'
      and document_id = any(${[...documentIds]}::uuid[])`;
    return rows.length === documentIds.length;
  });
}

async function untilOvertaken(
  { sql, findings }: Scene,
  documentIds: readonly string[],
  messageId: string,
): Promise<void> {
  const overtaken = async () => {
    const [row] = await sql<{ open: number }[]>`
      select (select count(*) from documents where id = any(${[...documentIds]}::uuid[])
          and status <> 'ingested')::int
        + (select count(*) from messages where id = ${messageId} and status <> 'done')::int as open`;
    return row?.open === 0;
  };
  await eventually(overtaken, { timeoutMs: TAKEN_OVER_WITHIN_MS, pollMs: 100 }).catch(() =>
    findings.lost.push("a job waits for a worker that is stopped"),
  );
}

/** Each zombie is a worker again, which shows that what it had left to do is behind it. */
async function everybodyWorks(scene: Scene): Promise<void> {
  const { sql, findings, zombies, user, conversationId } = scene;
  const ids = await alone(scene, "parse", () =>
    alone(scene, "ingest", async () => {
      const uploaded = await upload(scene, "afterwards.txt", lines(5));
      await eventually(
        async () => {
          const [row] = await sql<{ status: string }[]>`
            select status from documents where id = ${uploaded[0] ?? ""}`;
          return row?.status === "ingested";
        },
        { timeoutMs: 30_000 },
      ).catch(() => findings.broken.push("a worker that was stopped does not work again"));
      return uploaded;
    }),
  );
  const { url } = zombies.api.engine;
  const answer = await fetch(`${url}/api/conversations/${conversationId}/messages`, {
    method: "POST",
    headers: { authorization: `Bearer ${user.token}`, "content-type": "application/json" },
    body: JSON.stringify({ content: `What was done after ${ids.length} document?` }),
  });
  if (answer.status !== 200) findings.broken.push(`the API answered ${answer.status} afterwards`);
}

async function auditAll({ sql, setUp, findings }: Scene): Promise<void> {
  const ids = await sql<{ id: string }[]>`select id from documents`;
  await auditDocuments(
    sql,
    ids.map(({ id }) => id),
    await setUp.objects(),
    findings,
  );
  auditProcesses(setUp, findings);
}
