import type { EventType, NewEvent } from "../event/event.ts";
import type { OpenConversation } from "./store.ts";

/** Wire format. */
export interface Participant {
  readonly user_id: string;
  readonly created_at: string;
}

/** Tells those who take part that one more does, or one less. */
export function participantChanged(
  { id, workspaceId, userId, tenantId, topic }: OpenConversation,
  type: Extract<EventType, `participant.${string}`>,
  participantId: string,
): NewEvent {
  const payload = { workspace_id: workspaceId, conversation_id: id, user_id: participantId };
  return { userId, tenantId, topic, type, payload };
}

/** Tells somebody's own sockets that a conversation is theirs no more. */
export function conversationLeft(
  { id, workspaceId, tenantId }: OpenConversation,
  userId: string,
): NewEvent {
  const payload = { workspace_id: workspaceId, conversation_id: id };
  return { userId, tenantId, topic: `user:${userId}`, type: "conversation.left", payload };
}
