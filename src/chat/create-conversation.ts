import { transact } from "../event/announce.ts";
import type { Bus } from "../event/bus.ts";
import type { Database } from "../postgres/sql.ts";
import { openWorkspace } from "../workspace/store.ts";
import { type Conversation, conversationJoined } from "./chat.ts";
import { insertConversation } from "./store.ts";

/**
 * Begins a conversation, with its creator as the first who takes part.
 * @throws AppError `workspace_not_found`
 */
export async function createConversation(
  sql: Database,
  bus: Bus,
  userId: string,
  workspaceId: string,
  title: string,
): Promise<Conversation> {
  return await transact(sql, bus, async (tx, announce) => {
    const { tenantId } = await openWorkspace(tx, userId, workspaceId, "viewer", "against deletion");
    const conversation = await insertConversation(tx, workspaceId, userId, title);
    await announce.events([conversationJoined({ userId, tenantId }, conversation)]);
    return conversation;
  });
}
