import postgres from "postgres";
import type { Client } from "../../support/client.ts";
import { eventually } from "../../support/eventually.ts";
import type { LiveSocket } from "../../support/live-socket.ts";
import { networked, type Network, type SetUp } from "../../support/set-up.ts";
import { auditDocuments, auditSocket } from "../audit.ts";
import type { Random } from "../random.ts";
import { Findings, type Scenario } from "../scenario.ts";

const SECONDS = { short: 6, long: 60 } as const;
const USERS = 3;
const UPLOAD_EVERY_MS = 250;
/** So much later than at once may a document be ingested where Redis is well. */
const QUICK_MS = 1_000;

/** A user with a workspace and a socket that listens all the time. */
interface Listener {
  readonly user: Client;
  readonly workspaceId: string;
  readonly socket: LiveSocket;
  readonly cursor: string;
}

export const redisTrouble: Scenario = {
  name: "redis-trouble",
  promise:
    "With Redis black-holed, killed, restarted or flushed at random, every document is ingested, every socket sees every event, and no worker idles while there is work.",
  reachMs: 3_000,
  run: async ({ length, random }) => {
    const setUp = await networked({ compiled: true, proxied: true });
    const network = networkOf(setUp);
    const sql = postgres(network.databaseUrl, { max: 2 });
    const listeners = await Promise.all(Array.from({ length: USERS }, () => listen(setUp)));
    const findings = new Findings();
    const troubled = new AbortController();
    const uploading = uploadAllTheTime(listeners, random, troubled.signal);
    const endAt = performance.now() + SECONDS[length] * 1_000;
    while (performance.now() < endAt) {
      await makeTrouble(network, random);
      findings.runs++;
    }
    await mend(network);
    await untilQuick(listeners, findings);
    troubled.abort();
    const documentIds = await uploading;
    await settle(sql, documentIds, findings);
    await auditDocuments(sql, await allDocuments(sql), await setUp.objects(), findings);
    for (const { user, socket, cursor } of listeners)
      await auditSocket(sql, user.userId, socket.frames, cursor, findings);
    await sql.end();
    await Promise.all(listeners.map(({ user }) => user.leave()));
    await setUp.stop();
    return findings;
  },
};

function networkOf({ network }: SetUp): Network & Required<Pick<Network, "proxies">> {
  if (!network?.proxies) throw new Error("The set-up has no network to break.");
  return { ...network, proxies: network.proxies };
}

async function listen(setUp: SetUp): Promise<Listener> {
  const user = await setUp.user();
  const { id } = await user.createWorkspace();
  const socket = await user.connect();
  const ready = await socket.waitFor<{ cursor: string }>("ready");
  return { user, workspaceId: id, socket, cursor: ready.payload.cursor };
}

/** @returns the ids of all documents whose upload was acknowledged */
async function uploadAllTheTime(
  listeners: readonly Listener[],
  random: Random,
  signal: AbortSignal,
): Promise<string[]> {
  const ids: string[] = [];
  while (!signal.aborted) {
    ids.push(await uploadOne(random.pick(listeners), ids.length));
    await Bun.sleep(UPLOAD_EVERY_MS);
  }
  return ids;
}

async function uploadOne({ user, workspaceId }: Listener, number: number): Promise<string> {
  const content = `Report ${number}. The harbour master counted ${number} ships that day.`;
  const { items } = await user.upload(workspaceId, { name: `report-${number}.txt`, content });
  return items[0]?.document.id ?? "";
}

/** One fault, for a while, and then a moment of peace or the next one at once. */
async function makeTrouble({ proxies, redis }: ReturnType<typeof networkOf>, random: Random) {
  const wire = proxies.redis;
  const fault = random.pick(["black hole", "strand", "reset", "slow", "kill", "restart", "flush"]);
  if (fault === "black hole") wire.blackHole();
  else if (fault === "strand") wire.strand();
  else if (fault === "reset") wire.reset();
  else if (fault === "slow") wire.delay(random.between(50, 500));
  else if (fault === "flush") await redis.flush();
  else if (fault === "restart") await redis.restart();
  else await redis.kill();
  await Bun.sleep(random.between(500, 5_000));
  if (fault === "kill") await redis.restart();
  wire.pass();
  if (random.next() < 0.5) await Bun.sleep(random.between(100, 2_000));
}

async function mend({ proxies, redis }: ReturnType<typeof networkOf>): Promise<void> {
  proxies.redis.pass();
  await redis.restart();
}

/** Within 5 s of Redis's return an upload is ingested, and told, as quickly as ever. */
async function untilQuick(listeners: readonly Listener[], findings: Findings): Promise<void> {
  const backAt = performance.now();
  const [first] = listeners;
  if (!first) return;
  await eventually(
    async () => {
      const startedAt = performance.now();
      const id = await uploadOne(first, 0);
      await first.socket.waitFor<{ document_id: string; status: string }>(
        "document.status_updated",
        (payload) => payload.document_id === id && payload.status === "ingested",
      );
      return performance.now() - startedAt < QUICK_MS;
    },
    { timeoutMs: 20_000 },
  );
  const tookMs = performance.now() - backAt;
  if (tookMs > 5_000 + QUICK_MS) findings.broken.push(`quick again after ${tookMs.toFixed(0)} ms`);
}

/** Waits until all is done, and notes the longest that any job lay waiting. */
async function settle(
  sql: postgres.Sql,
  documentIds: readonly string[],
  findings: Findings,
): Promise<void> {
  await eventually(
    async () => {
      const [open] = await sql<{ count: number }[]>`
        select count(*)::int as count from documents
        where id = any(${[...documentIds]}::uuid[]) and status <> 'ingested'`;
      return open?.count === 0;
    },
    { timeoutMs: 30_000 },
  ).catch(() => undefined);
  const [wait] = await sql<{ ms: number }[]>`
    select coalesce(max(extract(epoch from started_at - created_at)), 0)::float8 * 1000 as ms
    from jobs where kind in ('parse', 'ingest') and retry_count = 0`;
  findings.waited(wait?.ms ?? 0);
}

async function allDocuments(sql: postgres.Sql): Promise<string[]> {
  return (await sql<{ id: string }[]>`select id from documents`).map(({ id }) => id);
}
