import postgres from "postgres";
import type { Client } from "./client.ts";
import type { SetUp } from "./set-up.ts";

/** A conversation of many, and the one of them who speaks. */
export interface Room {
  readonly speaker: Client;
  readonly workspaceId: string;
  readonly conversationId: string;
  /** Where messages are posted. */
  readonly path: string;
}

/**
 * Makes a workspace and a conversation for these users, of whom the first speaks. The others come in by the
 * database: there may be thousands.
 */
export async function openRoom(setUp: SetUp, userIds: readonly string[]): Promise<Room> {
  const [first = crypto.randomUUID(), ...others] = userIds;
  const speaker = await setUp.user({ sub: first });
  const { id: workspaceId } = await speaker.createWorkspace();
  const { id: conversationId } = await speaker.createConversation(workspaceId);
  const sql = postgres(setUp.network?.databaseUrl ?? "", { max: 1 });
  await sql`
    insert into workspace_members (workspace_id, user_id, role)
    select ${workspaceId}, id, 'viewer' from unnest(${others}::uuid[]) as id`;
  await sql`
    insert into conversation_participants (workspace_id, conversation_id, user_id)
    select ${workspaceId}, ${conversationId}, id from unnest(${others}::uuid[]) as id`;
  await sql`analyze workspace_members, conversation_participants`;
  await sql.end();
  const path = `/api/conversations/${conversationId}/messages`;
  return { speaker, workspaceId, conversationId, path };
}
