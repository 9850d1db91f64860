import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { connect, disconnect } from "../../src/postgres/connect.ts";
import { migrate } from "../../src/postgres/migrate.ts";
import { retryConflicts } from "../../src/postgres/transaction.ts";
import type { Database, Sql } from "../../src/postgres/sql.ts";
import { eventually } from "../support/eventually.ts";
import { freshDatabase } from "../support/postgres.ts";

setDefaultTimeout(120_000);

const BEFORE_PEOPLE = ["engine", "retrieval", "retention", "sessions", "queue", "claim"];
const userId = crypto.randomUUID();
let sql: Database;

beforeAll(async () => {
  sql = connect({ url: await freshDatabase() }, 4);
  await sql`create table schema_migrations (id integer primary key, name text not null, applied_at timestamptz default now())`;
  for (const [index, name] of BEFORE_PEOPLE.entries()) {
    const script = join(import.meta.dir, `../../sql/000${index + 1}_${name}.sql`);
    await sql.unsafe(await Bun.file(script).text());
    await sql`insert into schema_migrations (id, name) values (${index + 1}, ${name})`;
  }
});
afterAll(() => disconnect(sql, 1));

interface Talk {
  readonly workspace_id: string;
  readonly conversation_id: string;
}

/** What a process that knows nothing of people writes. */
async function writeAsBefore(): Promise<Talk> {
  const [workspace] = await sql<{ id: string }[]>`
    insert into workspaces (user_id, tenant_id, name) values (${userId}, 't', 'w') returning id`;
  const workspace_id = workspace?.id ?? "";
  const [conversation] = await sql<{ id: string }[]>`
    insert into conversations (workspace_id, title) values (${workspace_id}, 'c') returning id`;
  const talk = { workspace_id, conversation_id: conversation?.id ?? "" };
  await insertMessage(sql, talk);
  await insertIngested(workspace_id);
  await sql`insert into events (user_id, tenant_id, type, payload) values (${userId}, 't', 'document.deleted', '{}')`;
  return talk;
}

async function insertMessage(tx: Sql, { workspace_id, conversation_id }: Talk): Promise<void> {
  await tx`insert into messages (conversation_id, workspace_id, role, content, status)
    values (${conversation_id}, ${workspace_id}, 'user', 'words', 'done')`;
}

/** A document as an earlier version leaves it, with one segment. */
async function insertIngested(workspaceId: string): Promise<void> {
  const [document] = await sql<
    { id: string }[]
  >`insert into documents (workspace_id, title, status, source_type)
    values (${workspaceId}, 'notes.txt', 'ingested', 'text') returning id`;
  await sql`insert into segments (document_id, segment_index, workspace_id, page_idx, start_offset, end_offset, text, length)
    values (${document?.id ?? ""}, 0, ${workspaceId}, 0, 0, 5, 'words', 1)`;
}

async function expectTheirOwn({ workspace_id, conversation_id }: Talk): Promise<void> {
  const user_id = userId;
  const members =
    await sql`select user_id, role from workspace_members where workspace_id = ${workspace_id}`;
  expect([...members]).toEqual([{ user_id, role: "owner" }]);
  const people =
    await sql`select user_id, workspace_id from conversation_participants where conversation_id = ${conversation_id}`;
  expect([...people]).toEqual([{ user_id, workspace_id }]);
}

test("people come to a database that others write to meanwhile, what these write later is theirs as well, and what is found already is indexed anew", async () => {
  const before = await writeAsBefore();
  // An earlier process takes its locks in another order: one of the two has to give way, and begin again.
  const holding = Promise.withResolvers<void>();
  const waiting = () => sql`select from pg_stat_activity
    where datname = current_database() and wait_event_type = 'Lock'`;
  let attempts = 0;
  const earlier = retryConflicts(() =>
    sql.begin(async (tx) => {
      await insertMessage(tx, before);
      holding.resolve();
      if (attempts++ === 0) await eventually(async () => (await waiting()).length > 0);
      await tx`insert into workspaces (user_id, tenant_id, name) values (${userId}, 't', 'meanwhile')`;
    }),
  );
  await holding.promise;
  expect(await migrate(sql)).toContain("people");
  await earlier;
  const after = await writeAsBefore();
  for (const talk of [before, after]) await expectTheirOwn(talk);
  const authors =
    await sql`select user_id from messages where conversation_id = ${before.conversation_id}`;
  expect([...authors]).toEqual([{ user_id: userId }, { user_id: userId }]);
  const topics = await sql`select topic from events`;
  expect([...topics]).toEqual([{ topic: `user:${userId}` }, { topic: `user:${userId}` }]);
  const queued =
    await sql`select d.title, d.workspace_id from ingest_jobs j join documents d on d.id = j.document_id
    where j.next_run_at > j.created_at and d.status = 'ingested'`;
  expect([...queued]).toEqual([{ title: "notes.txt", workspace_id: before.workspace_id }]);
  expect(await migrate(sql)).toEqual([]);
});
