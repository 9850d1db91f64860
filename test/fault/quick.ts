import type postgres from "postgres";
import { eventually } from "../support/eventually.ts";
import { ask, type Listener, report } from "./traffic.ts";

/** A job whose worker was not woken is found by polling, after 0.75 s on the average. */
const START_MS = 500;
/** An event of which no copy came is found in the log after 0.6 s on the average. */
const TOLD_MS = 700;
/** A machine on which a round takes longer than this is so much slower, and so much more is quick on it. */
const USUAL_MS = 250;
/** Chance makes one round quick; so many in a row it does not. */
const ROUNDS = 3;
/** It only bounds a hang. */
const TIMEOUT_MS = 90_000;

/** How many times slower than usual this machine is, as long as all is well; 1 where it is not. */
export async function slownessOf(listeners: readonly Listener[]): Promise<number> {
  let slowestMs = USUAL_MS;
  for (const listener of listeners)
    for (let round = 0; round < ROUNDS; round++) {
      const startedAt = performance.now();
      await uploadAndHear(listener);
      slowestMs = Math.max(slowestMs, performance.now() - startedAt);
    }
  return slowestMs / USUAL_MS;
}

/**
 * Waits until every listener's uploads and questions are taken up and told by wake-ups and copies alone.
 * @param slowness how many times slower than usual the machine is
 * @returns how long that took, in milliseconds
 */
export async function untilQuick(
  sql: postgres.Sql,
  listeners: readonly Listener[],
  slowness: number,
): Promise<number> {
  const askedAt = performance.now();
  const quickAt = await eventually(() => quickRounds(sql, listeners, slowness), {
    timeoutMs: TIMEOUT_MS,
  });
  return quickAt - askedAt;
}

/** @returns when the first of them began, by `performance.now()` */
async function quickRounds(
  sql: postgres.Sql,
  listeners: readonly Listener[],
  slowness: number,
): Promise<number | false> {
  const beganAt = performance.now();
  for (let round = 0; round < ROUNDS; round++)
    for (const listener of listeners) {
      if (!(await isQuick(sql, slowness, () => uploadAndHear(listener)))) return false;
      if (!(await isQuick(sql, slowness, () => askAndHear(listener)))) return false;
    }
  return beganAt;
}

/** @param work resolves with the document or message that it was about, when its end has been told */
async function isQuick(
  sql: postgres.Sql,
  slowness: number,
  work: () => Promise<string>,
): Promise<boolean> {
  const startedAt = performance.now();
  const id = await work();
  if (performance.now() - startedAt > TOLD_MS * slowness) return false;
  const [late] = await sql<{ count: number }[]>`
    select count(*)::int as count from jobs where (document_id = ${id} or message_id = ${id})
      and started_at - created_at > make_interval(secs => ${(START_MS * slowness) / 1_000})`;
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
