import type postgres from "postgres";
import type { Client } from "../support/client.ts";
import type { Random } from "../support/random.ts";

/**
 * One event for each of these users, appended as another tool would: in a transaction, with no copy to
 * anybody, so that only the log tells of it.
 * @param holdMs how long the transaction stays open; later ones may commit before it
 */
export async function appendEvents(
  sql: postgres.Sql,
  userIds: readonly string[],
  holdMs = 0,
): Promise<void> {
  await sql.begin(async (tx) => {
    await tx`
      insert into events (user_id, tenant_id, type, payload)
      select user_id, user_id::text, 'test.happened', '{"what": "something"}'
      from unnest(${[...userIds]}::uuid[]) as user_id`;
    if (holdMs > 0) await tx`select pg_sleep(${holdMs / 1_000})`;
  });
}

/** Asks questions, each of which makes a handful of events. */
export class Questioner {
  #conversationId = "";

  constructor(private readonly user: Client) {}

  async ask(random: Random): Promise<void> {
    const { user } = this;
    this.#conversationId ||= (await user.createConversation((await user.createWorkspace()).id)).id;
    const path = `/api/conversations/${this.#conversationId}/messages`;
    const json = { content: `How many ships are ${random.between(1, 100)} ships?` };
    await user.expect(202, "POST", path, { json, headers: { prefer: "respond-async" } });
  }
}
