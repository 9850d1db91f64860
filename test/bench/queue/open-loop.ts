import { eventually } from "../../support/eventually.ts";
import type { Installation } from "./processes.ts";
import { clockMs } from "./system.ts";

/** Longer than any queue worth measuring lets a job wait; one that has not started by then counts as if it had. */
const PATIENCE_MS = 60_000;

/** How long jobs waited, in milliseconds: since just before the insert, and since it was acknowledged. */
export interface Waits {
  readonly sinceCall: readonly number[];
  readonly sinceAck: readonly number[];
}

/**
 * Inserts `count` jobs at fixed times, however late the answers are, and waits until they have started.
 * @param firstKey no earlier job of this installation has had it, nor one of the next `count`
 */
export async function openLoop(
  installation: Installation,
  perSecond: number,
  count: number,
  firstKey: number,
): Promise<Waits> {
  const called = new Map<number, number>();
  const acknowledged = new Map<number, number>();
  const inserts: Promise<unknown>[] = [];
  const beganAt = clockMs();
  for (let at = 0; at < count; at++) {
    await Bun.sleep(Math.max(0, beganAt + (at * 1_000) / perSecond - clockMs()));
    const key = firstKey + at;
    called.set(key, clockMs());
    inserts.push(installation.producer.insert(key).then(() => acknowledged.set(key, clockMs())));
  }
  await Promise.all(inserts);
  const starts = await startsOf(installation, [...called.keys()]);
  const gaveUpAt = clockMs();
  const since = (times: ReadonlyMap<number, number>) =>
    [...times].map(([key, at]) => (starts.get(key) ?? gaveUpAt) - at);
  return { sinceCall: since(called), sinceAck: since(acknowledged) };
}

async function startsOf(
  installation: Installation,
  keys: readonly number[],
): Promise<ReadonlyMap<number, number>> {
  const deadline = clockMs() + PATIENCE_MS;
  return await eventually(
    () => {
      const starts = installation.starts();
      return (clockMs() > deadline || keys.every((key) => starts.has(key))) && starts;
    },
    { timeoutMs: 2 * PATIENCE_MS, pollMs: 200 },
  );
}
