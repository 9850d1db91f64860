import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { removeConversation, removeMessage } from "../../src/chat/remove.ts";
import { transact } from "../../src/event/announce.ts";
import { InProcessBus } from "../../src/event/in-process-bus.ts";
import { connect, disconnect } from "../../src/postgres/connect.ts";
import { migrate } from "../../src/postgres/migrate.ts";
import type { Database } from "../../src/postgres/sql.ts";
import { eventually } from "../support/eventually.ts";
import { freshDatabaseBy, ROUTES } from "../support/pgbouncer.ts";

setDefaultTimeout(120_000);

/** A job takes its own row and then its message, a delete the message and then its jobs. */
describe.each(ROUTES)("a delete that crosses the end of an answer gets through (%s)", (route) => {
  let sql: Database;
  const bus = new InProcessBus();

  beforeAll(async () => {
    sql = connect({ url: await freshDatabaseBy(route) }, 4);
    await migrate(sql);
  });
  afterAll(() => disconnect(sql, 1));

  test.each([
    [
      "a conversation",
      ({ user_id, workspace_id, id }: Ids) =>
        removeConversation({ sql, bus }, user_id, workspace_id, id),
    ],
    [
      "a message",
      ({ user_id, id, message_id }: Ids) => removeMessage({ sql, bus }, user_id, id, message_id),
    ],
  ] as const)("%s", async (_what, remove) => {
    const ids = await anAnswerUnderWay();
    const [start, deleting] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    // Either may be the one that has to yield.
    const answering = transact(sql, bus, async (tx) => {
      await tx`update jobs set status = 'success' where message_id = ${ids.message_id}`;
      start.resolve();
      await deleting.promise;
      await tx`update messages set status = 'done' where id = ${ids.message_id}`;
    });
    await start.promise;
    const removed = remove(ids);
    await eventually(async () => (await sql`select from pg_locks where not granted`).length > 0);
    deleting.resolve();
    await Promise.all([answering, removed]);
    expect(await sql`select id from messages where id = ${ids.message_id}`).toBeEmpty();
  });

  interface Ids {
    readonly user_id: string;
    readonly id: string;
    readonly workspace_id: string;
    readonly message_id: string;
  }

  async function anAnswerUnderWay(): Promise<Ids> {
    const [row] = await sql<Ids[]>`
      with workspace as (
        insert into workspaces (user_id, tenant_id, name) values (gen_random_uuid(), 't', 'w') returning id, user_id
      ), conversation as (
        insert into conversations (workspace_id, title) select id, 'c' from workspace returning id, workspace_id
      ), message as (
        insert into messages (conversation_id, workspace_id, role, content, status)
        select id, workspace_id, 'ai', '', 'running' from conversation
        returning id, workspace_id, conversation_id
      ), job as (
        insert into jobs (kind, message_id, workspace_id, status)
        select 'answer', id, workspace_id, 'running' from message
      )
      select w.user_id, conversation_id as id, workspace_id, m.id as message_id from message m, workspace w`;
    if (!row) throw new Error("Nothing was inserted.");
    return row;
  }
});
