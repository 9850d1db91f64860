import { type Bus, TOPICS } from "../event/bus.ts";
import type { Job } from "./job.ts";

export type ProgressEvent = "parse_started" | "parse_progress" | "parse_done" | "parse_failed";
export type Stage = "parse" | "chunk" | "embed";

/**
 * Tells a tenant how a job gets on. Ephemeral: nobody relies on it, so a loss is nobody's loss. A worker
 * that may have been overtaken keeps silent, or two would tell of one job.
 */
export function publishProgress(
  bus: Bus,
  job: Job,
  event: ProgressEvent,
  stage: Stage,
  percent: number,
): void {
  if (!job.audience || !job.lease.isHeld()) return;
  const { tenantId } = job.audience;
  void bus.publish(TOPICS.tenantJobs(tenantId), {
    event,
    job_id: job.id,
    document_id: job.documentId,
    type: stage,
    progress: Math.max(0, Math.min(100, Math.round(percent))),
    tenant_id: tenantId,
    ts: new Date().toISOString(),
  });
}

/** Screens follow no faster. */
const TELL_EVERY_MS = 250;
/** A tenant may have many jobs: each tells of itself four times in any second at most, its beginning and end among them. */
const SECOND_MS = 1_000;

/**
 * Tells how one stage of a job gets on while it does, from its beginning, which has just been told. What is told never
 * goes back, also where the work is begun again, and stays below the 100 of its end.
 * @returns takes the percentage that is done
 */
export function progressOf(bus: Bus, job: Job, stage: Stage): (percent: number) => void {
  let told = 0;
  let toldAt = Number.NEGATIVE_INFINITY;
  /** When the last three were told: the end, which waits for nothing, may be the fourth. */
  let three = [toldAt, toldAt, performance.now()] as const;
  return (percent) => {
    const whole = Math.min(99, Math.floor(percent));
    const now = performance.now();
    const tooSoon = now - toldAt < TELL_EVERY_MS || now - three[0] < SECOND_MS;
    if (whole <= told || tooSoon) return;
    told = whole;
    toldAt = now;
    three = [three[1], three[2], now];
    publishProgress(bus, job, "parse_progress", stage, whole);
  };
}
