import postgres from "postgres";
import { EmbeddedPostgres } from "../../../src/postgres/embedded/embedded-postgres.ts";
import type { Document } from "../../support/client.ts";
import { eventually } from "../../support/eventually.ts";
import { embedded, type SetUp, signedInUser } from "../../support/set-up.ts";
import { Findings, type Scenario } from "../scenario.ts";
import { auditStored, type Caller, report, settleIn, Traffic } from "../traffic.ts";

const KILLS = { short: 3, long: 20 } as const;
const CALL_EVERY_MS = 120;
/** It only bounds a hang. */
const SETTLE_TIMEOUT_MS = 90_000;

export const embeddedKilled: Scenario = {
  name: "embedded-killed",
  promise:
    "The engine with nothing configured, killed under load again and again, starts each time (the worst wait), misses nothing that it acknowledged, and finishes all of it.",
  run: async ({ length, random }) => {
    const setUp = await embedded({ compiled: true, nothingConfigured: true });
    const caller = await settleIn(await signedInUser(setUp));
    const findings = new Findings();
    const traffic = new Traffic([caller], random, CALL_EVERY_MS);
    for (let kill = 0; kill < KILLS[length]; kill++) {
      await Bun.sleep(random.between(200, 2_000));
      const killedAt = performance.now();
      await setUp.restartApi("SIGKILL");
      findings.waited(performance.now() - killedAt);
      await auditAcknowledged(caller, traffic, findings);
      findings.runs++;
    }
    await traffic.stop();
    for (const { what, reply } of traffic.refusals)
      if (reply) findings.broken.push(`${what}: ${reply.status} ${JSON.stringify(reply.body)}`);
    await eventually(() => isAllDone(caller), { timeoutMs: SETTLE_TIMEOUT_MS, pollMs: 200 }).catch(
      () => undefined,
    );
    await auditFiles(caller, findings);
    await setUp.stop();
    await auditDatabase(setUp, traffic, findings);
    return findings;
  },
};

/** What had been acknowledged by the time of asking is there. */
async function auditAcknowledged(
  { user, workspaceId, conversationId }: Caller,
  traffic: Traffic,
  findings: Findings,
): Promise<void> {
  const acknowledged = [...traffic.documentIds, ...traffic.answerIds];
  const known = [...(await user.documents(workspaceId)), ...(await user.messages(conversationId))];
  const ids = new Set(known.map(({ id }) => id));
  for (const id of acknowledged) if (!ids.has(id)) findings.lost.push(`after a restart: ${id}`);
}

async function isAllDone({ user, workspaceId, conversationId }: Caller): Promise<boolean> {
  const documents = await user.documents(workspaceId);
  const messages = await user.messages(conversationId);
  return (
    documents.every(({ status }) => status === "ingested" || status === "error") &&
    messages.every(({ status }) => status === "done" || status === "error")
  );
}

/** Every document has the bytes that were sent, and none was sent twice. */
async function auditFiles({ user, workspaceId }: Caller, findings: Findings): Promise<void> {
  const documents = await user.documents(workspaceId);
  const titles = documents.map(({ title }) => title);
  for (const title of titles.filter((each, at) => titles.indexOf(each) !== at))
    findings.doubled.push(title);
  for (const { id, title } of documents) {
    const path = `/api/workspaces/${workspaceId}/documents/${id}/file`;
    const { status, body } = await user.call<string>("GET", path);
    if (status !== 200 || body !== contentOf({ title }))
      findings.lost.push(`the bytes of ${title}: ${status} ${body.slice(0, 100)}`);
  }
}

function contentOf({ title }: Pick<Document, "title">): string {
  return report(Number(/\d+/.exec(title)?.[0])).content;
}

/** The same, and all the rest, by the database and the folder that the engine left. */
async function auditDatabase(setUp: SetUp, traffic: Traffic, findings: Findings): Promise<void> {
  const database = new EmbeddedPostgres({ dataDir: setUp.dataDir ?? "" });
  await database.start();
  const [path, user] = [database.socketPath, "postgres"];
  const sql = postgres({ path, user, database: user, max: 1 });
  await auditStored(sql, setUp, traffic, findings);
  const files = await sql<{ title: string; checksum: string }[]>`
    select d.title, f.checksum from documents d join files f on f.document_id = d.id`;
  for (const { title, checksum } of files)
    if (checksum !== new Bun.CryptoHasher("sha256").update(contentOf({ title })).digest("hex"))
      findings.broken.push(`the checksum of ${title} is ${checksum}`);
  await sql.end();
  await database.stop();
}
