import postgres from "postgres";
import type { Client } from "../support/client.ts";
import { buildPdf } from "../support/pdf.ts";
import { embedded, networked, type SetUp } from "../support/set-up.ts";
import { eventually } from "../support/eventually.ts";
import { diskSyncs } from "./disk.ts";
import { graphileWorkerDelays } from "./graphile.ts";
import { ms } from "../support/table.ts";
import { p50p99, percentile, type Row } from "./table.ts";

const UPLOADS = 150;
const INSERTS = 200;
const INSERTS_WITHOUT_REDIS = 10;
const MESSAGES_PER_SECOND = 100;
const MESSAGE_SECONDS = 10;
const DISK_SECONDS = 5;
const PDF_PAGES = 300;
const LONG_MS = 300_000;

const PAGE_OF_TEXT = Array.from(
  { length: 45 },
  (_, line) =>
    `Line ${line}: the lighthouse keeper wrote down wind, rain and passing ships that day.`,
).join("\n");

/** The main flow on both set-ups, as clients see it. */
export async function benchFlow(): Promise<Row[]> {
  const network = await networked({ compiled: true });
  const networkRows = [
    await uploads(network, "networked", "≤ 50 · 150 ms"),
    ...(await pickUp(network)),
    await messages(network, "networked"),
  ];
  await network.stop();
  const alone = await embedded({ compiled: true });
  const aloneRows = [
    await uploads(alone, "embedded", "≤ 150 · 400 ms"),
    await messages(alone, "embedded"),
    await healthUnderLoad(alone),
  ];
  await alone.stop();
  return [...networkRows, ...aloneRows];
}

async function uploads(setUp: SetUp, name: string, reach: string): Promise<Row> {
  const user = await setUp.user();
  const { id } = await user.createWorkspace();
  const socket = await user.connect();
  const samples: number[] = [];
  for (let at = 0; at < UPLOADS + 5; at++) {
    const startedAt = performance.now();
    const { items } = await user.upload(id, {
      name: `${at}.txt`,
      content: `${at} ${PAGE_OF_TEXT}`,
    });
    const documentId = items[0]?.document.id;
    await socket.waitFor<{ document_id: string; status: string }>(
      "document.status_updated",
      (payload) => payload.document_id === documentId && payload.status === "ingested",
    );
    // The first few warm up a parser and the connections.
    if (at >= 5) samples.push(performance.now() - startedAt);
    socket.frames.length = 0;
  }
  await user.leave();
  return { what: `upload → ingested, ${name}, p50 · p99`, measured: p50p99(samples), reach };
}

/** A row inserted by another tool, with its wake-up, until a worker has started on it. */
async function pickUp(setUp: SetUp): Promise<Row[]> {
  if (!setUp.network) throw new Error("Only the networked set-up has a database to insert into.");
  const { databaseUrl, redis } = setUp.network;
  const sql = postgres(databaseUrl, { max: 2, prepare: false });
  const publisher = redis.client();
  const documentId = await oneDocument(await setUp.user());
  const insert = async (wake: boolean) => {
    const [row] = await sql<{ id: string }[]>`
      insert into parse_jobs (document_id) values (${documentId}) returning id`;
    if (wake) await publisher.rpush("parse_jobs", JSON.stringify({ job_id: row?.id }));
    return await eventually(
      async () => {
        const [job] = await sql<{ delay_ms: number }[]>`
          select extract(epoch from started_at - created_at)::float8 * 1000 as delay_ms
          from parse_jobs where id = ${row?.id ?? ""} and status = 'success'`;
        return job?.delay_ms;
      },
      { pollMs: 5 },
    );
  };
  const withRedis: number[] = [];
  for (let at = 0; at < INSERTS; at++) withRedis.push(await insert(true));
  await publisher.quit();
  await redis.kill();
  const without: number[] = [];
  for (let at = 0; at < INSERTS_WITHOUT_REDIS; at++) without.push(await insert(false));
  await redis.restart();
  await sql.end();
  const peer = `${p50p99(await graphileWorkerDelays(INSERTS))} (graphile-worker)`;
  return [
    {
      what: "row inserted → parse starts, p50 · p99",
      measured: p50p99(withRedis),
      reach: "≤ 3 · 15 ms",
      peer,
    },
    { what: "the same without Redis, longest", measured: ms(Math.max(...without)), reach: "≤ 2 s" },
  ];
}

async function oneDocument(user: Client): Promise<string> {
  const { id } = await user.createWorkspace();
  const { items } = await user.upload(id, { name: "one.txt", content: "One short line." });
  const documentId = items[0]?.document.id ?? "";
  await eventually(
    async () => (await user.document(id, documentId)).document.status === "ingested",
  );
  return documentId;
}

/** Open loop: a slow answer delays no later request. */
async function messages(setUp: SetUp, name: string): Promise<Row> {
  const user = await setUp.user();
  const { id } = await user.createWorkspace();
  const conversation = await user.createConversation(id);
  const path = `/api/conversations/${conversation.id}/messages`;
  const options = {
    json: { content: "Who kept the light?" },
    headers: { prefer: "respond-async" },
  };
  const samples: number[] = [];
  const sent: Promise<void>[] = [];
  const count = MESSAGES_PER_SECOND * MESSAGE_SECONDS;
  const beganAt = performance.now();
  for (let at = 0; at < count; at++) {
    const dueAt = beganAt + (at * 1_000) / MESSAGES_PER_SECOND;
    await Bun.sleep(Math.max(0, dueAt - performance.now()));
    const post = async () => {
      const startedAt = performance.now();
      await user.expect(202, "POST", path, options);
      samples.push(performance.now() - startedAt);
    };
    sent.push(post());
  }
  await Promise.all(sent);
  const measured = ms(percentile(samples, 0.99));
  const what = `POST message, respond-async, ${MESSAGES_PER_SECOND}/s, ${name}, p99`;
  const disk = await diskSyncs(MESSAGES_PER_SECOND, DISK_SECONDS);
  const peer = `${ms(percentile(disk, 0.99))}, longest ${ms(Math.max(...disk))} (the disk's own fdatasync)`;
  return { what, measured, reach: "≤ 50 ms", peer };
}

async function healthUnderLoad(setUp: SetUp): Promise<Row> {
  const user = await setUp.user();
  const { id } = await user.createWorkspace();
  const pages = Array.from({ length: PDF_PAGES }, (_, page) => `Page ${page}\n${PAGE_OF_TEXT}`);
  const startedAt = performance.now();
  const { items } = await user.upload(id, { name: "book.pdf", content: buildPdf(pages) });
  const documentId = items[0]?.document.id ?? "";
  let working = true;
  const done = eventually(
    async () => {
      const { document } = await user.document(id, documentId);
      if (document.status === "error") throw new Error("The book was not read.");
      return document.status === "ingested";
    },
    { timeoutMs: LONG_MS, pollMs: 200 },
  ).finally(() => (working = false));
  const samples: number[] = [];
  while (working) {
    const askedAt = performance.now();
    await (await fetch(`${setUp.url}/health`)).text();
    samples.push(performance.now() - askedAt);
    await Bun.sleep(5);
  }
  await done;
  const seconds = ms(performance.now() - startedAt);
  return {
    what: `/health p99 while ${PDF_PAGES} pages are parsed and indexed (${seconds}), ROLE=all`,
    measured: `${ms(percentile(samples, 0.99))}, longest ${ms(Math.max(...samples))}`,
    reach: "≤ 50 ms",
  };
}
