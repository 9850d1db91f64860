import { transact } from "../event/announce.ts";
import type { Bus } from "../event/bus.ts";
import type { EventType, NewEvent } from "../event/event.ts";
import type { Database } from "../postgres/sql.ts";
import { checkRole, openWorkspace } from "../workspace/store.ts";
import { deleteMessage, lockMessage } from "./message-store.ts";
import { lockParticipants, tellAllToLeave } from "./participant-store.ts";
import {
  conversationNotFound,
  deleteConversation,
  type OpenConversation,
  openConversation,
} from "./store.ts";

interface RemoveDeps {
  readonly sql: Database;
  readonly bus: Bus;
}

/**
 * Removes a conversation with its messages: its creator may, and every editor who takes part in it.
 * @throws AppError `workspace_not_found`, `conversation_not_found` or `forbidden`
 */
export async function removeConversation(
  { sql, bus }: RemoveDeps,
  callerId: string,
  workspaceId: string,
  id: string,
): Promise<void> {
  await transact(sql, bus, async (tx, announce) => {
    await openWorkspace(tx, callerId, workspaceId, "viewer");
    await lockParticipants(tx, id);
    const conversation = await openConversation(tx, callerId, id);
    if (conversation.workspaceId !== workspaceId) throw conversationNotFound();
    if (conversation.creatorId !== callerId) checkRole(conversation.role, "editor");
    await announce.events([removed(conversation, "conversation.deleted")]);
    // After the deletion, so that sockets hear of it before they stop to listen.
    await tellAllToLeave(tx, id);
    await deleteConversation(tx, id);
  });
}

/**
 * Removes a message: its author may, and every editor who takes part in the conversation.
 * @throws AppError `conversation_not_found`, `message_not_found` or `forbidden`
 */
export async function removeMessage(
  { sql, bus }: RemoveDeps,
  callerId: string,
  conversationId: string,
  id: string,
): Promise<void> {
  await transact(sql, bus, async (tx, announce) => {
    const conversation = await openConversation(tx, callerId, conversationId);
    const { user_id: authorId } = await lockMessage(tx, conversationId, id);
    if (authorId !== callerId) checkRole(conversation.role, "editor");
    await deleteMessage(tx, id);
    await announce.events([removed(conversation, "message.deleted", { message_id: id })]);
  });
}

function removed(
  { id, workspaceId, userId, tenantId, topic }: OpenConversation,
  type: Extract<EventType, `${string}.deleted`>,
  what: Readonly<Record<string, string>> = {},
): NewEvent {
  const payload = { workspace_id: workspaceId, conversation_id: id, ...what };
  return { userId, tenantId, topic, type, payload };
}
