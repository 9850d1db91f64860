import type { Topic } from "../event/event.ts";
import type { Sql } from "../postgres/sql.ts";

/** What a user follows beside their own topic: the workspaces and conversations that they are in now. */
export async function listTopics(sql: Sql, userId: string): Promise<Topic[]> {
  const rows = await sql<{ topic: Topic }[]>`
    select 'workspace:' || workspace_id as topic from workspace_members where user_id = ${userId}
    union all
    select 'conversation:' || conversation_id from conversation_participants where user_id = ${userId}`;
  return rows.map(({ topic }) => topic);
}
