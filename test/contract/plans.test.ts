import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import postgres from "postgres";
import { insertExchange } from "../../src/chat/exchange-store.ts";
import { advanceRead, countUnread } from "../../src/chat/read-store.ts";
import { openConversation } from "../../src/chat/store.ts";
import { migrate } from "../../src/postgres/migrate.ts";
import type { Database } from "../../src/postgres/sql.ts";
import { freshDatabase } from "../support/postgres.ts";

setDefaultTimeout(120_000);

/**
 * From 100,000 on the server compiles a statement before it runs it, for half a second. A talk that is read as a
 * whole is beyond this as well.
 */
const COST_MAX = 500;
const PEOPLE = 2_000;
const ROOMS = 1_000;
const MESSAGES = 20_000;

interface Plan {
  readonly "Query Text": string;
  readonly Plan: { readonly "Total Cost": number };
}

const plans: Plan[] = [];
const userId = crypto.randomUUID();
const [workspaceId, roomId] = [crypto.randomUUID(), crypto.randomUUID()];
let sql: Database;

/** One room is large, and one user is in a thousand of two: the planner takes the two for related. */
beforeAll(async () => {
  const onnotice = ({ message = "" }) => {
    const [, plan] = /plan:\n([^]*)/.exec(message) ?? [];
    if (plan) plans.push(JSON.parse(plan) as Plan);
  };
  const url = await freshDatabase();
  // None of these statements has an array for a parameter.
  sql = postgres(url, { max: 1, prepare: false, fetch_types: false, onnotice }) as never;
  await migrate(sql);
  await sql`insert into workspaces (id, user_id, tenant_id, name) values (${workspaceId}, ${userId}, 't', 'w')`;
  await sql`insert into conversations (id, workspace_id, title) values (${roomId}, ${workspaceId}, 'large')`;
  await sql`insert into conversations (workspace_id, title) select ${workspaceId}::uuid, 'small' from generate_series(1, ${ROOMS}::int)`;
  await sql`insert into workspace_members (workspace_id, user_id, role)
    select ${workspaceId}::uuid, gen_random_uuid(), 'viewer' from generate_series(1, ${PEOPLE}::int)`;
  await sql`insert into conversation_participants (conversation_id, user_id, workspace_id)
    select ${roomId}::uuid, user_id, workspace_id from workspace_members on conflict do nothing`;
  await sql`insert into messages (conversation_id, workspace_id, role, user_id, content, status, created_at)
    select ${roomId}::uuid, ${workspaceId}::uuid, 'user', gen_random_uuid(), 'words', 'done', now() - make_interval(secs => i)
    from generate_series(1, ${MESSAGES}::int) i`;
  await sql.unsafe(`analyze; load 'auto_explain'; set client_min_messages = log;
    set auto_explain.log_min_duration = 0; set auto_explain.log_format = json`);
});
afterAll(() => sql.end());

const message = { conversationId: roomId, userId, content: "words", clientId: "mine", ask: true };

test.each([
  ["sending", () => insertExchange(sql, message)],
  ["sending again what was sent before", () => insertExchange(sql, message)],
  ["opening", () => openConversation(sql, userId, roomId)],
  ["reading", () => advanceRead(sql, roomId, userId, null)],
  ["counting what is unread", () => countUnread(sql, roomId, userId)],
] as const)("%s is planned for one of those who take part in a long talk", async (_what, work) => {
  plans.length = 0;
  await work();
  expect(plans).not.toBeEmpty();
  for (const { "Query Text": query, Plan: plan } of plans)
    expect([query, plan["Total Cost"] < COST_MAX ? "little" : plan["Total Cost"]]).toEqual([
      query,
      "little",
    ]);
});
