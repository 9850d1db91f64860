import type { Audience, NewEvent } from "../event/event.ts";

/** Wire format. */
export interface Conversation {
  readonly id: string;
  readonly workspace_id: string;
  /** Who created it. */
  readonly user_id: string | null;
  readonly title: string;
  readonly created_at: string;
  /** When it or its last message changed. */
  readonly updated_at: string;
  readonly last_message_at: string | null;
  /** The caller's; `UNREAD_MAX` stands for so many or more. */
  readonly unread_count: number;
}

/** Unread messages are counted no further. */
export const UNREAD_MAX = 1_000;

/**
 *   a user's: done
 *   the AI's: pending ──claim──▶ running ──▶ done | error
 */
export type MessageStatus = "pending" | "running" | "done" | "error";

/** Wire format. */
export interface Message {
  readonly id: string;
  readonly conversation_id: string;
  readonly workspace_id: string;
  readonly role: "user" | "ai";
  /** Its author; null for the AI. */
  readonly user_id: string | null;
  /** The id that the author's client gave it. */
  readonly client_id: string | null;
  /** The message that an answer answers. */
  readonly reply_to: string | null;
  readonly content: string;
  readonly status: MessageStatus;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly created_at: string;
}

/** An event carries small fields, not bodies: a larger answer is fetched. UTF-16 units. */
const EVENT_BODY_LENGTH_MAX = 16_000;

/** Tells somebody's own sockets that a conversation is theirs to follow from now on. */
export function conversationJoined(
  { userId, tenantId }: Pick<Audience, "userId" | "tenantId">,
  conversation: Conversation,
): NewEvent {
  const { workspace_id } = conversation;
  return {
    userId,
    tenantId,
    topic: `user:${userId}`,
    type: "conversation.joined",
    payload: { workspace_id, conversation_id: conversation.id, conversation: { ...conversation } },
  };
}

export function messageStatusUpdated(
  audience: Pick<Audience, "userId" | "tenantId">,
  message: Pick<Message, "id" | "workspace_id" | "conversation_id" | "status">,
  body?: Pick<Message, "content" | "metadata">,
): NewEvent {
  const small = body && JSON.stringify(body).length <= EVENT_BODY_LENGTH_MAX;
  return {
    ...audience,
    topic: `conversation:${message.conversation_id}`,
    type: "message.status_updated",
    payload: {
      workspace_id: message.workspace_id,
      conversation_id: message.conversation_id,
      message_id: message.id,
      status: message.status,
      ...(small ? { content: body.content, metadata: body.metadata } : {}),
    },
  };
}
