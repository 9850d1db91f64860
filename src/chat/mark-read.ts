import { transact } from "../event/announce.ts";
import type { Bus } from "../event/bus.ts";
import type { Database } from "../postgres/sql.ts";
import { hasMessage, messageNotFound } from "./message-store.ts";
import { advanceRead, countUnread } from "./read-store.ts";
import { openConversation } from "./store.ts";

/** Wire format. */
export interface ReadMark {
  readonly conversation_id: string;
  readonly unread_count: number;
}

/**
 * Notes what somebody has read of a conversation, and tells their own sockets.
 * @param messageId up to this message; null: all that is there
 * @throws AppError `conversation_not_found` or `message_not_found`
 */
export async function markRead(
  { sql, bus }: { readonly sql: Database; readonly bus: Bus },
  { userId, tenantId }: { readonly userId: string; readonly tenantId: string },
  conversationId: string,
  messageId: string | null,
): Promise<ReadMark> {
  return await transact(sql, bus, async (tx, announce) => {
    const { workspaceId } = await openConversation(tx, userId, conversationId);
    if (messageId !== null && !(await hasMessage(tx, conversationId, messageId)))
      throw messageNotFound();
    const advanced = await advanceRead(tx, conversationId, userId, messageId);
    const mark = {
      conversation_id: conversationId,
      unread_count: await countUnread(tx, conversationId, userId),
    };
    const payload = { workspace_id: workspaceId, ...mark };
    if (advanced)
      await announce.events([
        { userId, tenantId, topic: `user:${userId}`, type: "conversation.read", payload },
      ]);
    return mark;
  });
}
