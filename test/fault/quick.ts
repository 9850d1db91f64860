import type postgres from "postgres";
import { eventually } from "../support/eventually.ts";
import { ask, type Listener, report } from "./traffic.ts";

/** A job whose worker was not woken is found by polling, after 0.75 s on the average. */
const START_MS = 500;
/** An event of which no copy came is found in the log after 0.6 s on the average. */
const TOLD_MS = 700;
/** Chance makes one round quick; so many in a row it does not. */
const ROUNDS = 3;
/** It only bounds a hang. */
const TIMEOUT_MS = 30_000;

/**
 * Waits until every listener's uploads and questions are taken up and told by wake-ups and copies alone.
 * @returns how long that took, in milliseconds
 */
export async function untilQuick(
  sql: postgres.Sql,
  listeners: readonly Listener[],
): Promise<number> {
  const askedAt = performance.now();
  const quickAt = await eventually(() => quickRounds(sql, listeners), { timeoutMs: TIMEOUT_MS });
  return quickAt - askedAt;
}

/** @returns when the first of them began, by `performance.now()` */
async function quickRounds(
  sql: postgres.Sql,
  listeners: readonly Listener[],
): Promise<number | false> {
  const beganAt = performance.now();
  for (let round = 0; round < ROUNDS; round++)
    for (const listener of listeners) {
      if (!(await isQuick(sql, () => uploadAndHear(listener)))) return false;
      if (!(await isQuick(sql, () => askAndHear(listener)))) return false;
    }
  return beganAt;
}

/** @param work resolves with the document or message that it was about, when its end has been told */
async function isQuick(sql: postgres.Sql, work: () => Promise<string>): Promise<boolean> {
  const startedAt = performance.now();
  const id = await work();
  if (performance.now() - startedAt > TOLD_MS) return false;
  const [late] = await sql<{ count: number }[]>`
    select count(*)::int as count from jobs where (document_id = ${id} or message_id = ${id})
      and started_at - created_at > make_interval(secs => ${START_MS / 1_000})`;
  return late?.count === 0;
}

async function uploadAndHear({ user, workspaceId, socket }: Listener): Promise<string> {
  const { items } = await user.upload(workspaceId, report(0));
  const id = items[0]?.document.id ?? "";
  await socket.waitFor<{ document_id: string; status: string }>(
    "document.status_updated",
    (payload) => payload.document_id === id && payload.status === "ingested",
  );
  return id;
}

async function askAndHear(listener: Listener): Promise<string> {
  const { body } = await ask(listener, 0);
  await listener.socket.waitFor<{ message_id: string; status: string }>(
    "message.status_updated",
    (payload) => payload.message_id === body.id && payload.status === "done",
  );
  return body.id;
}
