import { announceCommitted } from "../event/announce.ts";
import type { Bus } from "../event/bus.ts";
import { QUEUE_TOPIC } from "../job/job.ts";
import type { Sql } from "../postgres/sql.ts";
import type { Message } from "./chat.ts";
import { insertExchange } from "./store.ts";

/**
 * Stores a question and the empty answer to come, and queues the answering: all or nothing.
 * @returns the user's message (`done`) and the AI's (`pending`)
 * @throws AppError `conversation_not_found`
 */
export async function postMessage(
  sql: Sql,
  bus: Bus,
  userId: string,
  conversationId: string,
  content: string,
): Promise<{ question: Message; answer: Message }> {
  const { jobId, events, ...messages } = await insertExchange(sql, userId, conversationId, content);
  announceCommitted(bus, events, [{ topic: QUEUE_TOPIC.answer, hint: { job_id: jobId } }]);
  return messages;
}
