import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import postgres from "postgres";
import { connect } from "../../src/postgres/connect.ts";
import { EmbeddedPostgres } from "../../src/postgres/embedded/embedded-postgres.ts";
import type { Client } from "../support/client.ts";
import { eventually } from "../support/eventually.ts";
import {
  expectTrueQuotes,
  LIGHTHOUSE,
  LIGHTHOUSE_ANSWER,
  LIGHTHOUSE_QUESTION,
  RAILWAY_ANSWER,
  RAILWAY_QUESTION,
  railwayPdf,
} from "../support/scenes.ts";
import { embedded, networked, type SetUp, signedInUser } from "../support/set-up.ts";
import { expectShape } from "../support/shape.ts";

setDefaultTimeout(120_000);

/** What the database knows of itself, the day's log, and the sweeping up that was done. */
const NO_CONTENT = ["schema_migrations", "retrieval_index", "events", "cleanup_jobs"];

async function embeddedUnconfigured(): Promise<[SetUp, Client]> {
  const setUp = await embedded({ compiled: true, nothingConfigured: true });
  return [setUp, await signedInUser(setUp)];
}

async function networkedRoles(): Promise<[SetUp, Client]> {
  const setUp = await networked({ compiled: true });
  return [setUp, await setUp.user()];
}

describe.each([
  ["embedded, with nothing configured", embeddedUnconfigured],
  ["networked, in three roles", networkedRoles],
])("the executable, %s", (_, start) => {
  let setUp: SetUp;
  let user: Client;
  beforeAll(async () => {
    [setUp, user] = await start();
  });
  afterAll(async () => {
    await user.leave();
    await setUp.stop();
  });

  test("a real document goes from upload to a cited answer, live, and leaves nothing behind", async () => {
    const socket = await user.connect();
    const workspace = await user.createWorkspace("End to end");
    const { items } = await user.upload(workspace.id, railwayPdf(), LIGHTHOUSE);
    for (const { document } of items) {
      await socket.waitFor<{ document: { id: string } }>(
        "document.created",
        ({ document: { id } }) => id === document.id,
      );
      await socket.waitFor<{ document_id: string; status: string }>(
        "document.status_updated",
        ({ document_id, status }) => document_id === document.id && status === "ingested",
      );
    }

    const conversation = await user.createConversation(workspace.id);
    await expectCited(user, workspace.id, conversation.id, {
      question: RAILWAY_QUESTION,
      answer: RAILWAY_ANSWER,
      title: "railway.pdf",
      page: 1,
    });
    await expectCited(user, workspace.id, conversation.id, {
      question: LIGHTHOUSE_QUESTION,
      answer: LIGHTHOUSE_ANSWER,
      title: LIGHTHOUSE.name,
      page: 0,
    });

    const path = `/api/workspaces/${workspace.id}`;
    await user.expect(204, "DELETE", `${path}/documents/${items[0]?.document.id}`);
    await socket.waitFor("document.deleted");
    await user.expect(204, "DELETE", path);
    await eventually(async () => (await setUp.objects()).length === 0);
    await setUp.api().stop();
    expect(await rowsLeft(setUp)).toEqual([]);
  });
});

interface Expected {
  readonly question: string;
  readonly answer: string;
  readonly title: string;
  readonly page: number;
}

async function expectCited(
  user: Client,
  workspaceId: string,
  conversationId: string,
  { question, answer, title, page }: Expected,
): Promise<void> {
  const reply = await user.ask(conversationId, question);
  expectShape(reply, { status: "done" });
  expect(reply.content).toContain(answer);
  const citations = reply.metadata?.citations ?? [];
  const quotes = await expectTrueQuotes(user, workspaceId, citations);
  const at = quotes.findIndex((quote) => quote.includes(answer));
  expect(at).toBeGreaterThanOrEqual(0);
  expectShape(citations[at], { document_title: title, page_idx: page });
}

/** Tables that still hold a row, though everything was deleted. */
async function rowsLeft(setUp: SetUp): Promise<string[]> {
  if (setUp.network) {
    const sql = postgres(setUp.network.databaseUrl, { max: 1 });
    const tables = await tablesWithRows(sql);
    await sql.end();
    return tables;
  }
  const database = new EmbeddedPostgres({ dataDir: setUp.dataDir ?? "" });
  await database.start();
  const sql = connect({ socketPath: database.socketPath }, 1);
  const tables = await tablesWithRows(sql);
  await sql.end();
  await database.stop();
  return tables;
}

async function tablesWithRows(sql: postgres.Sql): Promise<string[]> {
  const tables = await sql<{ name: string }[]>`
    select relname as name from pg_class
    where relkind = 'r' and relnamespace = 'public'::regnamespace`;
  const left: string[] = [];
  for (const { name } of tables) {
    if (NO_CONTENT.includes(name)) continue;
    const rows = await sql`select 1 from ${sql(name)} limit 1`;
    if (rows.length > 0) left.push(name);
  }
  return left;
}
