import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import postgres from "postgres";
import { type Client } from "../support/client.ts";
import { runVerb } from "../support/engine.ts";
import { eventually } from "../support/eventually.ts";
import { freshDatabase } from "../support/postgres.ts";
import { addMember } from "../support/people.ts";
import { shows } from "../support/presence.ts";
import { startWebhook } from "../support/push/webhook.ts";
import { embedded, type SetUp } from "../support/set-up.ts";

setDefaultTimeout(120_000);

const webhook = startWebhook();
let setUp: SetUp;
let sql: postgres.Sql;

beforeAll(async () => {
  const DATABASE_URL = await freshDatabase();
  setUp = await embedded({ env: { DATABASE_URL, ...webhook.env } });
  sql = postgres(DATABASE_URL, { max: 1 });
});
afterAll(async () => {
  await Promise.all([sql.end(), setUp.stop(), webhook.stop()]);
});

/** A conversation of two, and what the first says in it. */
async function sayTo(author: Client, other: Client, content: string): Promise<void> {
  const workspace = await author.createWorkspace();
  const { id } = await author.createConversation(workspace.id, "Skerry Point");
  await sql`insert into workspace_members (workspace_id, user_id, role)
    values (${workspace.id}, ${other.userId}, 'viewer')`;
  await sql`insert into conversation_participants (conversation_id, user_id, workspace_id)
    values (${id}, ${other.userId}, ${workspace.id})`;
  await author.expect(200, "POST", `/api/conversations/${id}/messages`, {
    json: { content, ask: false },
  });
}

const toldOf = (body: string) => webhook.received().find(({ data }) => data.body === body);

test("who is away is told by the webhook, which finds it signed", async () => {
  const [author, other] = [await setUp.user(), await setUp.user()];
  await sayTo(author, other, "The lamp is out.");
  const { data } = await eventually(() => toldOf("The lamp is out."));
  expect(data).toMatchObject({
    title: "Skerry Point",
    sender_id: author.userId,
    recipients: [{ user_id: other.userId }],
  });
});

test("who has a socket open is not told", async () => {
  const [author, other] = [await setUp.user(), await setUp.user()];
  const { id } = await author.createWorkspace();
  await addMember(author, id, other, "viewer");
  await other.connect();
  await shows(author, id, other, "online");
  await sayTo(author, other, "The lamp is lit.");
  await eventually(async () => {
    const [open] = await sql<{ count: number }[]>`
      select count(*)::int as count from jobs
      where kind in ('deliver', 'notify') and status in ('queued', 'running')`;
    return open?.count === 0;
  });
  expect(toldOf("The lamp is lit.")).toBeUndefined();
  await other.leave();
});

test("what the webhook never takes is a dead letter, and goes through when an operator retries it", async () => {
  const jobs = (...args: string[]) => runVerb(["jobs", ...args], { env: setUp.api().env });
  webhook.script.next(() => new Response(null, { status: 410 }));
  await sayTo(await setUp.user(), await setUp.user(), "The lamp burns again.");
  const failed = await eventually(async () => {
    const [row] = await sql<
      { id: string }[]
    >`select id from notification_jobs where status = 'failed'`;
    return row?.id;
  });
  expect((await jobs("--kind", "notify")).stdout).toMatch(
    new RegExp(`${failed} .*message .*HTTP 410`),
  );
  expect(await jobs("retry", failed)).toMatchObject({ code: 0 });
  await eventually(() => toldOf("The lamp burns again."));
});
