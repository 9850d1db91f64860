import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { rawText } from "../../src/document/raw-text.ts";
import { insertDocuments } from "../../src/document/store.ts";
import { storeTexts } from "../../src/document/text-store.ts";
import { findIndexedTexts } from "../../src/document/text-version.ts";
import { transact } from "../../src/event/announce.ts";
import { InProcessBus } from "../../src/event/in-process-bus.ts";
import { claimByWeight, insertJobs } from "../../src/job/store.ts";
import type { Task } from "../../src/job/task.ts";
import type { ParsedDocument } from "../../src/parsing/parsed.ts";
import { connect, disconnect } from "../../src/postgres/connect.ts";
import { migrate } from "../../src/postgres/migrate.ts";
import type { Database, Sql } from "../../src/postgres/sql.ts";
import { chooseIndex } from "../../src/retrieval/index/choose-index.ts";
import { ingestTask } from "../../src/task/ingest-task.ts";
import { insertWorkspace } from "../../src/workspace/store.ts";
import { eventually } from "../support/eventually.ts";
import { freshDatabase } from "../support/postgres.ts";

setDefaultTimeout(120_000);

const OLD = "The old text tells of a lighthouse.";
const NEW = "The new text, which is another, tells of a railway.";
const bus = new InProcessBus();
const userId = crypto.randomUUID();
let sql: Database;
let ingest: Task;
let workspaceId = "";

beforeAll(async () => {
  sql = connect({ url: await freshDatabase() }, 6);
  await migrate(sql);
  ingest = ingestTask({ sql, bus, index: await chooseIndex(sql), concurrency: 1 });
  const owner = { userId, tenantId: userId };
  workspaceId = (await insertWorkspace(sql, owner, { name: "W", description: null })).id;
});
afterAll(() => disconnect(sql, 1));

function parsed(text: string): ParsedDocument {
  return { text, pages: [{ pageIdx: 0, start: 0, end: text.length }], parserType: "text" };
}

async function documentOf(text: string): Promise<string> {
  const documentId = Bun.randomUUIDv7();
  const file = { id: Bun.randomUUIDv7(), documentId, storageKey: documentId, checksum: "" };
  const about = { originalFilename: "a.txt", mimeType: "text/plain", sizeBytes: 1 };
  await insertDocuments(sql, [{ workspaceId, sourceType: "upload", file: { ...file, ...about } }]);
  await sql.begin((tx) => storeTexts(tx, [{ id: documentId, parsed: parsed(text) }]));
  return documentId;
}

const queueIngest = (documentId: string) =>
  transact(sql, bus, (tx, announce) =>
    insertJobs(tx, announce, [{ kind: "ingest", workspaceId, documentId }]),
  );

async function runIngest(): Promise<void> {
  const [job] = await claimByWeight(sql, "ingest", 1, 60);
  if (!job) throw new Error("There is no job.");
  await ingest.run(job, new AbortController().signal);
}

/** What is findable of it; `known` tells whether that is of the text that stands. */
async function indexed(documentId: string) {
  const segments = await sql<{ text: string }[]>`
    select text from segments where document_id = ${documentId} order by segment_index`;
  const [known] = await findIndexedTexts(sql, [documentId]);
  const [document] = await sql<{ status: string }[]>`
    select status from documents where id = ${documentId}`;
  return {
    texts: segments.map(({ text }) => text),
    known: known !== undefined,
    status: document?.status,
  };
}

/** Somebody in the middle of replacing a text, who holds the document until it is done. */
async function replacing(documentId: string, until: () => Promise<unknown>): Promise<void> {
  await sql.begin(async (tx: Sql) => {
    await tx`select from documents where id = ${documentId} for update`;
    await until();
    await storeTexts(tx, [{ id: documentId, parsed: parsed(NEW) }]);
  });
}

const somebodyWaits = () =>
  eventually(async () => {
    const waiting = await sql`select from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock'`;
    return waiting.length > 0;
  });

test("segments of a text that is replaced while they are stored never pass for those of the new one", async () => {
  const documentId = await documentOf(OLD);
  await queueIngest(documentId);
  await runIngest();
  expect(await indexed(documentId)).toEqual({ texts: [OLD], known: true, status: "ingested" });

  await queueIngest(documentId);
  let late: Promise<void> | undefined;
  await replacing(documentId, async () => {
    late = runIngest();
    await somebodyWaits();
  });
  await late;
  expect(await indexed(documentId)).toEqual({ texts: [OLD], known: false, status: "parsed" });

  await queueIngest(documentId);
  await runIngest();
  expect(await indexed(documentId)).toEqual({ texts: [NEW], known: true, status: "ingested" });
});

test("the raw text comes with its own segments, though both are replaced while it is read", async () => {
  const documentId = await documentOf(OLD);
  const read = async () => {
    const { text, segments } = await rawText(sql, userId, workspaceId, documentId);
    return { text, quoted: segments.map(({ start, end }) => [start, text.slice(start, end)]) };
  };
  await queueIngest(documentId);
  await runIngest();
  const old = { text: OLD, quoted: [[0, OLD]] };
  expect(await read()).toEqual(old);

  let reading: ReturnType<typeof read> | undefined;
  await sql.begin(async (tx: Sql) => {
    await tx`lock table segments in access exclusive mode`;
    reading = read();
    await somebodyWaits();
    await storeTexts(tx, [{ id: documentId, parsed: parsed(NEW) }]);
    await tx`update segments set start_offset = 4, end_offset = 8 where document_id = ${documentId}`;
  });
  expect(await reading).toEqual(old);
  expect(await read()).toEqual({ text: NEW, quoted: [] });
  await queueIngest(documentId);
  await runIngest();
  expect(await read()).toEqual({ text: NEW, quoted: [[0, NEW]] });
});
