import type { ErrorCode } from "../error.ts";
import type { Audience, NewEvent } from "../event/event.ts";
import { backoffMs } from "../service.ts";
import { requestIdOf, type Trace } from "../trace.ts";

export type JobKind = "parse" | "ingest" | "answer" | "cleanup" | "deliver" | "notify" | "embed";

/** The wake-up list and channel of each kind; also the name of its table. */
export const QUEUE_TOPIC = {
  parse: "parse_jobs",
  ingest: "ingest_jobs",
  answer: "answer_jobs",
  cleanup: "cleanup_jobs",
  deliver: "delivery_jobs",
  notify: "notification_jobs",
  embed: "embedding_jobs",
} as const satisfies Record<JobKind, string>;

/**
 * What the job of a small document takes of a worker's place. So many are claimed at once, and share what
 * they cost besides their own work; all of them together take no longer than one of another.
 */
export const LIGHT_WEIGHT = 1 / 16;

/**
 * How long a job is surely this process's own. By a clock that goes on while the process is stopped and
 * that nobody sets, so that a worker that slept too long knows it before it has asked.
 */
export class Lease {
  #heldUntil: number;

  /** @param askedAt by `performance.now()`, before the database was asked */
  constructor(askedAt: number, leaseSeconds: number) {
    this.#heldUntil = askedAt + leaseSeconds * 1000;
  }

  extend(askedAt: number, leaseSeconds: number): void {
    this.#heldUntil = askedAt + leaseSeconds * 1000;
  }

  lose(): void {
    this.#heldUntil = Number.NEGATIVE_INFINITY;
  }

  get leftMs(): number {
    return Math.max(0, this.#heldUntil - performance.now());
  }

  isHeld(): boolean {
    return this.leftMs > 0;
  }
}

/** A job that this process holds the lease of. Its token fences every write made on its behalf. */
export interface Job {
  readonly kind: JobKind;
  readonly id: string;
  readonly leaseToken: string;
  readonly lease: Lease;
  readonly workspaceId: string | null;
  readonly documentId: string | null;
  readonly messageId: string | null;
  /** Whom its events are for; null for a job that belongs to no workspace. */
  readonly audience: Audience | null;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly retryCount: number;
  /** What it takes of a worker's place: 1, or `LIGHT_WEIGHT`. */
  readonly weight: number;
}

export function isLight({ weight }: Pick<Job, "weight">): boolean {
  return weight < 1;
}

export interface Failure {
  /** One plain sentence, shown to the user. */
  readonly message: string;
  /** The error's code, or what else it was, for the operator. */
  readonly reason: ErrorCode | "unexpected" | "outage" | "lease_expired";
  /** No retry can mend it. */
  readonly permanent: boolean;
  /** The next attempt need not wait: the lease that ran out was wait enough. */
  readonly atOnce?: boolean;
  /** The next attempt has to wait so long at least. */
  readonly retryAfterMs?: number;
}

export type Verdict =
  | { readonly action: "retry"; readonly retryCount: number; readonly delayMs: number }
  | { readonly action: "fail"; readonly retryCount: number };

const RETRIES_MAX = 3;
const RETRY_DELAY = { baseMs: 2_000, maxMs: 60_000 } as const;

/** What becomes of a job whose attempt failed: a pure function of the job and the failure. */
export function decideRetry(
  job: Pick<Job, "retryCount">,
  failure: Pick<Failure, "permanent" | "atOnce" | "retryAfterMs">,
  random: number,
): Verdict {
  if (failure.permanent || job.retryCount >= RETRIES_MAX)
    return { action: "fail", retryCount: job.retryCount };
  const retryCount = job.retryCount + 1;
  const backoff = failure.atOnce ? 0 : backoffMs(retryCount, RETRY_DELAY, random);
  const delayMs = Math.max(backoff, failure.retryAfterMs ?? 0);
  return { action: "retry", retryCount, delayMs };
}

/** The request that a job was queued for, as a field of what comes of it. */
export function requestOf({ payload }: Pick<Job, "payload">): Pick<Trace, "request_id"> {
  const request_id = requestIdOf(payload["request_id"]);
  return request_id === undefined ? {} : { request_id };
}

export function traceOf(job: Job): Trace {
  return { job_id: job.id, kind: job.kind, ...requestOf(job) };
}

/** The `job.status_updated` event of a document's job. */
export function jobEvent(
  job: Job & { readonly audience: Audience },
  status: "queued" | "running" | "success" | "failed",
  errorMessage: string | null,
): NewEvent {
  return {
    ...job.audience,
    type: "job.status_updated",
    payload: {
      job_id: job.id,
      job_type: job.kind,
      workspace_id: job.workspaceId,
      document_id: job.documentId,
      status,
      retry_count: job.retryCount,
      error_message: errorMessage,
      ...requestOf(job),
    },
  };
}
