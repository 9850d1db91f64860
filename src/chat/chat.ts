import type { Audience, NewEvent } from "../event/event.ts";

/** Wire format. */
export interface Conversation {
  readonly id: string;
  readonly workspace_id: string;
  readonly title: string;
  readonly created_at: string;
  readonly updated_at: string;
}

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
  readonly content: string;
  readonly status: MessageStatus;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly created_at: string;
}

/** An event carries small fields, not bodies: a larger answer is fetched. UTF-16 units. */
const EVENT_BODY_LENGTH_MAX = 16_000;

export function messageStatusUpdated(
  audience: Audience,
  message: Pick<Message, "id" | "workspace_id" | "conversation_id" | "status">,
  body?: Pick<Message, "content" | "metadata">,
): NewEvent {
  const small = body && JSON.stringify(body).length <= EVENT_BODY_LENGTH_MAX;
  return {
    ...audience,
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
