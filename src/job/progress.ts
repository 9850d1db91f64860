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

/**
 * A job tells of itself four times in any second: screens follow no faster, and a tenant may have many jobs. Three fit
 * where the end, which is told at once, may come right after them.
 */
const TELL_EVERY_MS = 334;

/**
 * Tells how one stage of a job gets on while it does, from its beginning, which has just been told. What is told never goes back, also where the work is begun
 * again, and stays below the 100 of its end.
 * @returns takes the percentage that is done
 */
export function progressOf(bus: Bus, job: Job, stage: Stage): (percent: number) => void {
  let told = 0;
  let toldAt = performance.now();
  return (percent) => {
    const whole = Math.min(99, Math.floor(percent));
    const now = performance.now();
    if (whole <= told || now - toldAt < TELL_EVERY_MS) return;
    told = whole;
    toldAt = now;
    publishProgress(bus, job, "parse_progress", stage, whole);
  };
}
