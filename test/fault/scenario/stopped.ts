import postgres from "postgres";
import type { Client } from "../../support/client.ts";
import type { Engine } from "../../support/engine.ts";
import { eventually } from "../../support/eventually.ts";
import { type FakeLlm, startLlm } from "../../support/llm.ts";
import { childrenOf, isRunning } from "../../support/process-tree.ts";
import { reaches } from "../../support/scenes.ts";
import { networked, type SetUp } from "../../support/set-up.ts";
import { auditDocuments } from "../audit.ts";
import type { Random } from "../../support/random.ts";
import { Findings, type Scenario } from "../scenario.ts";

const ROUNDS = { short: 2, long: 25 } as const;
const DOCUMENTS_A_ROUND = 5;
/** A quarter of it is what running jobs get to finish; a busy machine needs some of the rest. */
const SHUTDOWN_SECONDS = { short: 8, long: 20 } as const;

/** What one run of the scenario works with. */
interface Stage {
  readonly setUp: SetUp;
  readonly sql: postgres.Sql;
  readonly llm: FakeLlm;
  readonly user: Client;
  readonly workspaceId: string;
  readonly conversationId: string;
  readonly findings: Findings;
}

export const stopped: Scenario = {
  name: "stopped",
  promise:
    "SIGTERM ends a process of any role cleanly and in time; its jobs are finished or queued again at no cost, and no parser outlives it.",
  reachMs: 20_000,
  run: async ({ length, random }) => {
    const llm = startLlm();
    const env = { ...llm.env, SHUTDOWN_SECONDS: String(SHUTDOWN_SECONDS[length]) };
    const setUp = await networked({ compiled: true, proxied: true, env });
    const stage = await openStage(setUp, llm);
    await stopTwice(stage);
    await stopWhileReading(stage);
    await stopWhileAnswering(stage);
    await stopWithoutDatabase(stage);
    for (let round = 0; round < ROUNDS[length]; round++) await stopUnderLoad(stage, random);
    await auditAll(stage);
    await stage.sql.end();
    await setUp.stop();
    await llm.stop();
    return stage.findings;
  },
};

async function openStage(setUp: SetUp, llm: FakeLlm): Promise<Stage> {
  const sql = postgres(setUp.network?.databaseUrl ?? "", { max: 2 });
  const user = await setUp.user();
  const { id: workspaceId } = await user.createWorkspace();
  const { id: conversationId } = await user.createConversation(workspaceId);
  const findings = new Findings();
  const stage = { setUp, sql, llm, user, workspaceId, conversationId, findings };
  // The model is asked only where a document has something to say.
  await reaches(user, workspaceId, await upload(stage, "at the start"), "ingested");
  return stage;
}

/** A parser that does not come to an end is killed, and its document goes to the next process. */
async function stopWhileReading(stage: Stage): Promise<void> {
  const parser = roleOf(stage, "parse");
  // The idle parser process is the one that will get the next document.
  const children = await eventually(() => {
    const pids = childrenOf(parser.pid);
    return pids.length > 0 && pids;
  });
  for (const pid of children) process.kill(pid, "SIGSTOP");
  const documentId = await upload(stage, "held in a stopped parser");
  await untilJob(stage, documentId, "running");
  await terminate(stage, parser, 0);
  const left = children.filter(isRunning);
  if (left.length > 0)
    stage.findings.broken.push(`parsers that outlived the process: ${left.join()}`);
  await expectGivenBack(stage, documentId);
  await startAgain(stage, parser);
  await untilJob(stage, documentId, "success");
}

async function stopWhileAnswering(stage: Stage): Promise<void> {
  stage.llm.hold();
  const asked = stage.llm.asked();
  const api = stage.setUp.api();
  const path = `/api/conversations/${stage.conversationId}/messages`;
  const waiting = stage.user.call<{ id: string; status: string }>("POST", path, {
    json: { content: "Who counted the ships?" },
  });
  await eventually(() => stage.llm.asked() > asked);
  const stopping = terminate(stage, api, 0);
  const { status, body } = await waiting;
  if (status !== 202) stage.findings.broken.push(`a call that waited was answered ${status}`);
  await stopping;
  await expectGivenBack(stage, body.id);
  stage.llm.release();
  await startAgain(stage, api);
  await untilJob(stage, body.id, "success");
}

/** Whoever asks twice does not want to wait, be there a job or not; the job is rescued in time. */
async function stopTwice(stage: Stage): Promise<void> {
  stage.llm.hold();
  const asked = stage.llm.asked();
  const api = stage.setUp.api();
  await ask(stage);
  await eventually(() => stage.llm.asked() > asked);
  api.kill("SIGTERM");
  await eventually(async () => !(await isListening(api)));
  api.kill("SIGTERM");
  if ((await api.exited) !== 1)
    stage.findings.broken.push("a second SIGTERM did not end it with 1");
  stage.findings.runs++;
  stage.llm.release();
  await startAgain(stage, api);
}

/** What cannot be said goodbye to is left, in time. */
async function stopWithoutDatabase(stage: Stage): Promise<void> {
  const wire = stage.setUp.network?.proxies?.postgres;
  wire?.blackHole();
  const ended = stage.setUp.engines().map(async (engine) => {
    const startedAt = performance.now();
    engine.kill("SIGTERM");
    if ((await engine.exited) !== 0) stage.findings.broken.push("no clean exit without a database");
    stage.findings.waited(performance.now() - startedAt);
    return engine;
  });
  const engines = await Promise.all(ended);
  wire?.pass();
  await Promise.all(engines.map((engine) => startAgain(stage, engine)));
  stage.findings.runs++;
}

async function stopUnderLoad(stage: Stage, random: Random): Promise<void> {
  const engine = random.pick(stage.setUp.engines());
  const sent = [...Array(DOCUMENTS_A_ROUND).keys()].map((at) => upload(stage, `under load ${at}`));
  const asked = ask(stage);
  await Promise.all([...sent, asked]);
  await Bun.sleep(random.between(0, 150));
  await terminate(stage, engine, 0);
  await startAgain(stage, engine);
}

async function auditAll({ setUp, sql, findings }: Stage): Promise<void> {
  await eventually(
    async () => {
      const [open] = await sql<{ count: number }[]>`
        select count(*)::int as count from jobs where status in ('queued', 'running') and kind <> 'cleanup'`;
      return open?.count === 0;
    },
    { timeoutMs: 60_000 },
  );
  const documents = await sql<{ id: string }[]>`select id from documents`;
  await auditDocuments(
    sql,
    documents.map(({ id }) => id),
    await setUp.objects(),
    findings,
  );
  const answers = await sql<{ id: string; status: string }[]>`
    select id, status from messages where role = 'ai' and status <> 'done'`;
  for (const { id, status } of answers) findings.lost.push(`answer ${id} is ${status}`);
  // The process that was told twice had no time to give its job back: that one cost a retry.
  const retried = await sql<{ id: string; kind: string }[]>`
    select id, kind from jobs where retry_count > 0`;
  if (retried.length > 1)
    findings.broken.push(`jobs that paid for a stop: ${JSON.stringify(retried)}`);
}

async function terminate({ findings }: Stage, engine: Engine, code: number): Promise<void> {
  const startedAt = performance.now();
  engine.kill("SIGTERM");
  const exit = await engine.exited;
  findings.runs++;
  findings.waited(performance.now() - startedAt);
  if (exit !== code) findings.broken.push(`exit code ${exit}, not ${code}: ${engine.logs()}`);
  if (/Did not stop in time/.test(engine.logs())) findings.broken.push(engine.logs());
}

async function startAgain({ setUp }: Stage, engine: Engine): Promise<void> {
  setUp.replace(engine, await engine.again());
}

async function expectGivenBack(stage: Stage, subjectId: string): Promise<void> {
  const job = await jobOf(stage, subjectId);
  if (job?.status !== "queued" || job.retry_count !== 0)
    stage.findings.broken.push(`after the stop its job is ${JSON.stringify(job)}`);
}

async function upload({ user, workspaceId }: Stage, title: string): Promise<string> {
  const content = `Report ${title}. The harbour master counted ${title.length} ships that day.`;
  const { items } = await user.upload(workspaceId, { name: `${title}.txt`, content });
  return items[0]?.document.id ?? "";
}

async function ask({ user, conversationId }: Stage): Promise<string> {
  const path = `/api/conversations/${conversationId}/messages`;
  const options = {
    json: { content: "How many ships did the master count?" },
    headers: { prefer: "respond-async" },
  };
  return (await user.expect<{ id: string }>(202, "POST", path, options)).id;
}

async function untilJob(stage: Stage, subjectId: string, status: string): Promise<void> {
  await eventually(async () => (await jobOf(stage, subjectId))?.status === status, {
    timeoutMs: 40_000,
  });
}

/** The parse job of a document, or the job of an answer. */
async function jobOf({ sql }: Stage, subjectId: string) {
  const [job] = await sql<{ status: string; retry_count: number }[]>`
    select status, retry_count from jobs
    where (document_id = ${subjectId} and kind = 'parse') or message_id = ${subjectId}`;
  return job;
}

async function isListening({ url }: Engine): Promise<boolean> {
  return await fetch(`${url}/health`).then(
    () => true,
    () => false,
  );
}

function roleOf({ setUp }: Stage, role: string): Engine {
  const engine = setUp.engines().find(({ env }) => env["ROLE"] === role);
  if (!engine) throw new Error(`No process has the role ${role}.`);
  return engine;
}
