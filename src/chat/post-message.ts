import { transact } from "../event/announce.ts";
import type { Bus } from "../event/bus.ts";
import { insertJobs } from "../job/store.ts";
import type { Database } from "../postgres/sql.ts";
import { type Message, messageCreated } from "./chat.ts";
import { insertMessages, openConversation } from "./store.ts";

/**
 * Stores a question and the empty answer to come, and queues the answering: all or nothing.
 * @returns the user's message (`done`) and the AI's (`pending`)
 */
export async function postMessage(
  sql: Database,
  bus: Bus,
  userId: string,
  conversationId: string,
  content: string,
): Promise<[question: Message, answer: Message]> {
  return await transact(sql, bus, async (tx, announce) => {
    const conversation = await openConversation(tx, userId, conversationId);
    const messages = await insertMessages(tx, conversation, [
      { role: "user", content, status: "done" },
      { role: "ai", content: "", status: "pending" },
    ]);
    const [question, answer] = messages as [Message, Message];
    const { workspaceId } = conversation;
    const payload = { question_id: question.id };
    await insertJobs(tx, announce, [
      { kind: "answer", workspaceId, messageId: answer.id, payload },
    ]);
    await announce.events(messages.map((message) => messageCreated(conversation, message)));
    return [question, answer];
  });
}
