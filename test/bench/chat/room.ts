import postgres from "postgres";
import type { Client, Reply } from "../../support/client.ts";
import type { SetUp } from "../../support/set-up.ts";
import { userIdOf } from "../sockets/crowd.ts";

/** A conversation of many: the users from the first on, who speaks for all. */
export interface Room {
  readonly speaker: Client;
  readonly conversationId: string;
  /** A message to people alone, or one that asks the AI as well and does not wait for it. */
  post(content: string, ask: boolean): Promise<void>;
}

/** What a message to people alone is answered with, and one that asks. */
const ACKNOWLEDGED = { people: 200, ask: 202 } as const;

/** Makes a workspace and a conversation of the first `people` users; most of them come by the database. */
export async function openRoom(setUp: SetUp, people: number): Promise<Room> {
  const speaker = await setUp.user({ sub: userIdOf(0) });
  const { id: workspaceId } = await speaker.createWorkspace();
  const { id: conversationId } = await speaker.createConversation(workspaceId);
  await admit(setUp, workspaceId, conversationId, people);
  const path = `/api/conversations/${conversationId}/messages`;
  const headers = { prefer: "respond-async" };
  const post = async (content: string, ask: boolean) => {
    const status = ask ? ACKNOWLEDGED.ask : ACKNOWLEDGED.people;
    await speaker.expect<Reply<unknown>>(status, "POST", path, { json: { content, ask }, headers });
  };
  return { speaker, conversationId, post };
}

async function admit(
  setUp: SetUp,
  workspaceId: string,
  conversationId: string,
  people: number,
): Promise<void> {
  const sql = postgres(setUp.network?.databaseUrl ?? "", { max: 1 });
  const others = Array.from({ length: people - 1 }, (_, at) => userIdOf(at + 1));
  await sql`
    insert into workspace_members (workspace_id, user_id, role)
    select ${workspaceId}, id, 'viewer' from unnest(${others}::uuid[]) as id`;
  await sql`
    insert into conversation_participants (workspace_id, conversation_id, user_id)
    select ${workspaceId}, ${conversationId}, id from unnest(${others}::uuid[]) as id`;
  await sql`analyze workspace_members, conversation_participants`;
  await sql.end();
}
