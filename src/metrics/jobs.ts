import { counter, histogram, WORK_BUCKETS } from "./registry.ts";

/**
 * How an attempt ended: its job is done; queued again for a retry; given up; handed back at no cost to it, by
 * a stop or an outage; or somebody else's by now, or deleted.
 */
export type AttemptOutcome = "success" | "retried" | "failed" | "handed_back" | "lost";

/** Attempts at jobs, from the claim to their end. */
export const jobDuration = histogram(
  "rag_job_duration_seconds",
  "Time that an attempt at a job took, by how it ended.",
  WORK_BUCKETS,
  ["kind", "outcome"],
);

/** `reason` is an error code, `unexpected`, `outage` or `lease_expired`. */
export const jobFailures = counter(
  "rag_job_failures_total",
  "Attempts at jobs that failed, by the code of the error.",
  ["kind", "reason"],
);

export const jobRetries = counter(
  "rag_job_retries_total",
  "Jobs that were queued again after an attempt that failed.",
  ["kind"],
);

export const jobRescues = counter(
  "rag_job_rescues_total",
  "Jobs that were taken over because their worker's lease had run out.",
  ["kind"],
);

export const jobHandBacks = counter(
  "rag_job_hand_backs_total",
  "Jobs that were handed back unfinished at no cost to them, on a stop or in an outage of the database or an endpoint.",
  ["kind"],
);

/** A series that is not there yet hides its first increment from a rate: those of a worker begin at zero. */
export function beginJobSeries(kind: string): void {
  for (const series of [jobRetries, jobRescues, jobHandBacks]) series.inc({ kind }, 0);
}
