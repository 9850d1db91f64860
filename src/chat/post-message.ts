import { announceCommitted } from "../event/announce.ts";
import type { Bus } from "../event/bus.ts";
import { QUEUE_TOPIC } from "../job/job.ts";
import type { Sql } from "../postgres/sql.ts";
import { type Exchange, insertExchange, type NewMessage } from "./exchange-store.ts";

/**
 * Stores a message, the empty answer to come if the AI is asked, and queues what follows: all or nothing.
 * Whom it reaches is the delivery's business, so that sending takes no longer in a large room.
 * @throws AppError `conversation_not_found`
 */
export async function postMessage(
  sql: Sql,
  bus: Bus,
  message: NewMessage,
): Promise<Pick<Exchange, "question" | "answer">> {
  const { jobs, question, answer } = await insertExchange(sql, message);
  const wakes = jobs.map(({ kind, id }) => ({ topic: QUEUE_TOPIC[kind], hint: { job_id: id } }));
  announceCommitted(bus, [], wakes);
  return { question, answer };
}
