import { afterAll, beforeAll, expect, test } from "bun:test";
import { connect, disconnect } from "../../src/postgres/connect.ts";
import { EmbeddedPostgres } from "../../src/postgres/embedded/embedded-postgres.ts";
import { migrate } from "../../src/postgres/migrate.ts";
import type { Database } from "../../src/postgres/sql.ts";
import { analyse } from "../../src/retrieval/analyse.ts";
import { TextsearchIndex } from "../../src/retrieval/index/textsearch-index.ts";
import { Retriever } from "../../src/retrieval/retriever.ts";
import { temporaryFolder } from "../support/folder.ts";

const START_TIMEOUT_MS = 120_000;
/** Workspaces in three partitions; two share one. */
const WORKSPACES = ["a", "a", "3", "f"].map((digit) => crypto.randomUUID().slice(0, -1) + digit);
const QUESTION = "Which birds does the keeper feed?";

const index = new TextsearchIndex();
const server = new EmbeddedPostgres({ dataDir: temporaryFolder("partitions") });
let sql: Database;

beforeAll(async () => {
  await server.start();
  sql = connect({ socketPath: server.socketPath }, 1);
  await migrate(sql);
  for (const [place, id] of WORKSPACES.entries())
    await store(id, `The keeper of lighthouse ${place} feeds ${place + 2} gulls.`);
}, START_TIMEOUT_MS);
afterAll(async () => {
  await disconnect(sql, 1);
  await server.stop();
}, START_TIMEOUT_MS);

async function store(workspaceId: string, text: string): Promise<void> {
  await sql`insert into workspaces (id, user_id, tenant_id, name) values (${workspaceId}, ${workspaceId}, 't', 'w')`;
  const documentId = crypto.randomUUID();
  await sql`insert into documents (id, workspace_id, title, source_type) values (${documentId}, ${workspaceId}, 'a', 'text')`;
  const pages = [{ pageIdx: 0, start: 0, end: text.length }];
  const segments = await analyse({ text, pages, title: "a" });
  await sql.begin((tx) => index.add(tx, [{ workspaceId, documentId, segments }]));
}

function findAll() {
  const retriever = new Retriever(index);
  return Promise.all(
    WORKSPACES.map(async (workspaceId) => {
      const found = await retriever.retrieve(sql, { workspaceId, question: QUESTION, limit: 10 });
      return found.segments.map(({ text, score }) => ({ text, score }));
    }),
  );
}

async function countsByPartition(): Promise<Record<string, number>> {
  const rows = await sql<{ partition: string; count: number }[]>`
    select tableoid::regclass::text as partition, count(*)::integer as count from salted_segments group by 1`;
  return Object.fromEntries(rows.map(({ partition, count }) => [partition, count]));
}

/** The table and its index as they were before, with what is stored. */
async function withoutPartitions(): Promise<void> {
  await sql.unsafe(`
    create table whole as select document_id, segment_index, salted_terms, length from salted_segments;
    drop trigger segments_remove_salted_segments on segments;
    drop function remove_salted_segments;
    drop table salted_segments;
    alter table whole rename to salted_segments;
    alter table salted_segments add primary key (document_id, segment_index),
      add foreign key (document_id, segment_index) references segments on delete cascade;
    create index salted_segments_bm25 on salted_segments using bm25 (salted_terms)
      with (text_config = 'simple', k1 = 1.2, b = 0.75);
    delete from schema_migrations where name = 'partitions'`);
}

test("a segment is in the partition of its workspace's last digit", async () => {
  expect(await countsByPartition()).toEqual({
    salted_segments_a: 2,
    salted_segments_3: 1,
    salted_segments_f: 1,
  });
});

test("what was stored before the index was partitioned is found as before, and goes with its document", async () => {
  const [found, counts] = [await findAll(), await countsByPartition()];
  expect(found.map(([best]) => best?.text)).toEqual(
    WORKSPACES.map((_, place) => `The keeper of lighthouse ${place} feeds ${place + 2} gulls.`),
  );
  await withoutPartitions();
  expect(await migrate(sql)).toEqual(["partitions"]);
  expect(await findAll()).toEqual(found);
  expect(await countsByPartition()).toEqual(counts);
  await sql`delete from documents where workspace_id = ${WORKSPACES[0] ?? ""}`;
  expect(await countsByPartition()).toEqual({ ...counts, salted_segments_a: 1 });
});
