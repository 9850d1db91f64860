import { readdirSync } from "node:fs";
import { join } from "node:path";
import postgres from "postgres";
import { EmbeddedPostgres } from "../../../src/postgres/embedded/embedded-postgres.ts";
import { eventually } from "../../support/eventually.ts";
import type { Client, UploadFile, Workspace } from "../../support/client.ts";
import { temporaryFolder } from "../../support/folder.ts";
import { type FakeLlm, startLlm } from "../../support/llm.ts";
import { buildPdf } from "../../support/pdf.ts";
import { embedded, networked, type SetUp } from "../../support/set-up.ts";
import type { Random } from "../../support/random.ts";
import { Findings, type Scenario } from "../scenario.ts";
import { auditProcesses } from "../witness.ts";

const ROUNDS = { short: 6, long: 60 } as const;
const DOCUMENTS_A_ROUND = 4;
/** Uploads, parses, ingests and answers are all under way within this time. */
const DELETE_WITHIN_MS = 1_200;
const DONE_WITHIN_MS = 60_000;
/** What may stay when everything is deleted: the log of what happened, and the engine's own. */
const KEPT = ["events", "schema_migrations", "retrieval_index", "jobs", "cleanup_jobs"];

export const deletedUnderWork: Scenario = {
  name: "deleted-under-work",
  promise:
    "Deleting a document, a workspace or a conversation while jobs run on it ends them without an error, and leaves nothing behind.",
  run: async ({ length, random }) => {
    const llm = startLlm();
    const findings = new Findings();
    const temporary = temporaryFolder("deleted");
    const options = { compiled: true, env: { ...llm.env, TMPDIR: temporary } };
    const setUps = await Promise.all([embedded(options), networked(options)]);
    await Promise.all(
      setUps.map(async (setUp) => {
        for (let round = 0; round < ROUNDS[length]; round++) {
          await deleteUnderWork(setUp, llm, random, findings);
          findings.runs++;
        }
        await auditAll(setUp, findings);
      }),
    );
    for (const path of filesUnder(temporary)) findings.broken.push(`left in TMPDIR: ${path}`);
    await llm.stop();
    return findings;
  },
};

/** Documents in every stage, an answer under way, and then one of them, or all, deleted. */
async function deleteUnderWork(
  setUp: SetUp,
  llm: FakeLlm,
  random: Random,
  findings: Findings,
): Promise<void> {
  const user = await setUp.user();
  const workspace = await user.createWorkspace();
  const { id: conversationId } = await user.createConversation(workspace.id);
  const files = Array.from({ length: DOCUMENTS_A_ROUND }, (_each, at) => fileOf(at, random));
  const { items } = await user.upload(workspace.id, ...files);
  const under = `/api/workspaces/${workspace.id}`;
  if (random.next() < 0.5) llm.hold();
  const asked = user.call("POST", `/api/conversations/${conversationId}/messages`, {
    json: { content: "Who counted the ships?" },
    headers: { prefer: "respond-async" },
  });
  await Bun.sleep(random.between(0, DELETE_WITHIN_MS));
  const documents = items.map(({ document }) => `${under}/documents/${document.id}`);
  const deeds = [
    ...documents.flatMap((path) =>
      chosen(random, [
        ["DELETE", path],
        ["POST", `${path}/reprocess`],
        ["DELETE", path],
      ]),
    ),
    ...chosen(random, [["DELETE", `${under}/conversations/${conversationId}`]]),
  ];
  await Promise.all([
    ...deeds.map(([method, path]) => quietly(user, method, path, findings)),
    asked,
  ]);
  llm.release();
  // At another moment the rest goes too, so that nothing may be left.
  await Bun.sleep(random.between(0, DELETE_WITHIN_MS / 2));
  const removing = quietly(user, "DELETE", under, findings);
  await Promise.all([
    removing,
    lateUpload(user, workspace, random),
    lateTalk(user, workspace, random),
  ]);
}

function fileOf(at: number, random: Random): UploadFile {
  const line = `Report ${at}: the harbour master counted the ships that day.\n`;
  if (random.next() < 0.25) {
    const pages = Array.from({ length: 150 }, () => line.repeat(20).trimEnd());
    return { name: `report-${at}.pdf`, content: buildPdf(pages) };
  }
  return { name: `report-${at}.txt`, content: line.repeat(random.pick([3, 30, 2_000])) };
}

type Deed = readonly [method: "DELETE" | "POST", path: string];

function chosen(random: Random, deeds: readonly Deed[]): Deed[] {
  return deeds.filter(() => random.next() < 0.5);
}

/** Whoever comes second is told that it is gone, or is being worked on. */
async function quietly(
  user: Client,
  method: "DELETE" | "POST",
  path: string,
  findings: Findings,
): Promise<void> {
  const { status } = await user.call(method, path);
  if (![202, 204, 404, 409].includes(status))
    findings.broken.push(`${method} ${path} was answered ${status}`);
}

/** An upload that may find its workspace gone. */
async function lateUpload(user: Client, { id }: Workspace, random: Random): Promise<void> {
  await Bun.sleep(random.between(0, 50));
  await user.tryUpload(id, { name: "late.txt", content: "The last ship came in late." });
}

/** A conversation that is begun in a workspace that may be gone. */
async function lateTalk(user: Client, { id }: Workspace, random: Random): Promise<void> {
  await Bun.sleep(random.between(0, 50));
  await user.call("POST", `/api/workspaces/${id}/conversations`, { json: { title: "Too late" } });
}

async function auditAll(setUp: SetUp, findings: Findings): Promise<void> {
  const gone = async () => (await setUp.objects()).length === 0;
  await eventually(gone, { timeoutMs: DONE_WITHIN_MS, pollMs: 200 }).catch(() => undefined);
  for (const key of await setUp.objects()) findings.broken.push(`${setUp.name}: object ${key}`);
  auditProcesses(setUp, findings);
  for (const { env } of setUp.engines())
    for (const path of filesUnder(join(env["DATA_DIR"] ?? "", "uploads")))
      findings.broken.push(`${setUp.name}: left of an upload: ${path}`);
  await withDatabase(setUp, (sql) => auditTables(setUp, sql, findings));
}

/** The embedded database is opened once its engine is gone. */
async function withDatabase(
  setUp: SetUp,
  use: (sql: postgres.Sql) => Promise<void>,
): Promise<void> {
  if (setUp.network) {
    const sql = postgres(setUp.network.databaseUrl, { max: 1 });
    await use(sql);
    await sql.end();
    return await setUp.stop();
  }
  await setUp.stop();
  const server = new EmbeddedPostgres({
    dataDir: setUp.dataDir ?? "",
    onFailure: (error) => {
      throw error;
    },
  });
  await server.start();
  const sql = postgres({ path: server.socketPath, user: "postgres", database: "postgres", max: 1 });
  await use(sql);
  await sql.end();
  await server.stop();
}

async function auditTables(setUp: SetUp, sql: postgres.Sql, findings: Findings): Promise<void> {
  const quiet = async () => (await openJobs(sql)) === 0;
  await eventually(quiet, { timeoutMs: DONE_WITHIN_MS, pollMs: 200 }).catch(() =>
    findings.broken.push(`${setUp.name}: jobs that do not end`),
  );
  const tables = await sql<{ name: string }[]>`
    select table_name as name from information_schema.tables
    where table_schema = 'public' and table_type = 'BASE TABLE'`;
  for (const { name } of tables.filter((table) => !KEPT.includes(table.name))) {
    const [row] = await sql<{ count: number }[]>`select count(*)::int as count from ${sql(name)}`;
    if (row?.count) findings.broken.push(`${setUp.name}: ${row.count} rows left in ${name}`);
  }
  const failed = await sql<{ kind: string; error_message: string }[]>`
    select kind, error_message from jobs where status = 'failed'`;
  for (const { kind, error_message } of failed)
    findings.broken.push(`${setUp.name}: a failed ${kind} job: ${error_message}`);
}

/** Those that are planned for later belong to work that will not be committed; there is none. */
async function openJobs(sql: postgres.Sql): Promise<number> {
  const [row] = await sql<{ count: number }[]>`
    select count(*)::int as count from jobs where status in ('queued', 'running')`;
  return row?.count ?? 0;
}

function filesUnder(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
  } catch {
    return []; // No folder, no files.
  }
}
