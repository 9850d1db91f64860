import type { EventFrame } from "./client/wire.ts";

/** `uploading → waiting → reading → indexing → ready`, and `failed` from anywhere. */
export type Phase = "uploading" | "waiting" | "reading" | "indexing" | "ready" | "failed";

/** How far one file has come. */
export interface FileProgress {
  readonly phase: Phase;
  /** 0 to 100, over all phases; it never goes back. */
  readonly percent: number;
  /** Why it failed, once that is known. */
  readonly failure?: string;
}

export const NOT_SENT: FileProgress = { phase: "uploading", percent: 0 };

const ORDER: readonly Phase[] = ["uploading", "waiting", "reading", "indexing", "ready", "failed"];

/**
 * Where each kind of work lies on the one bar that a person sees: `[from, to]` in percent. A document is ready before it
 * is embedded.
 */
const SPANS: Readonly<Record<string, readonly [number, number]>> = {
  parse: [0, 60],
  chunk: [60, 99],
};

export function isSettled({ phase }: FileProgress): boolean {
  return phase === "ready" || phase === "failed";
}

/** The document an event speaks of. */
export function documentOf({ payload }: EventFrame): string | undefined {
  return typeof payload.document_id === "string" ? payload.document_id : undefined;
}

/** Takes a live event into account; what is late or says nothing new changes nothing. */
export function applyEvent(now: FileProgress, { type, payload }: EventFrame): FileProgress {
  switch (type) {
    case "job.progress":
      return applyJobProgress(now, payload);
    case "job.status_updated":
      return applyJobStatus(now, payload);
    case "document.status_updated":
      return applyStatus(now, String(payload.status));
    default:
      return now;
  }
}

/** Takes a document's status into account, from an event or as REST tells it. */
export function applyStatus(now: FileProgress, status: string): FileProgress {
  switch (status) {
    case "pending":
      return advance(now, "waiting", 0);
    case "parsed":
      return advance(now, "indexing", 60);
    case "ingested":
      return advance(now, "ready", 100);
    case "error":
      return advance(now, "failed", now.percent);
    default:
      return now;
  }
}

function applyJobProgress(now: FileProgress, payload: EventFrame["payload"]): FileProgress {
  const { type, progress } = payload;
  const span = typeof type === "string" ? SPANS[type] : undefined;
  if (!span || typeof progress !== "number" || payload.event === "parse_failed") return now;
  const done = Math.min(100, Math.max(0, progress)) / 100;
  const percent = Math.round(span[0] + (span[1] - span[0]) * done);
  return advance(now, type === "parse" ? "reading" : "indexing", percent);
}

function applyJobStatus(now: FileProgress, payload: EventFrame["payload"]): FileProgress {
  const { status, job_type: kind, error_message: sentence } = payload;
  if (status === "running") return advance(now, kind === "parse" ? "reading" : "indexing", 0);
  if (status !== "failed" || typeof sentence !== "string") return now;
  return { ...advance(now, "failed", now.percent), failure: sentence };
}

function advance(now: FileProgress, phase: Phase, percent: number): FileProgress {
  const further = ORDER.indexOf(phase) > ORDER.indexOf(now.phase);
  return {
    ...now,
    phase: further ? phase : now.phase,
    percent: Math.max(now.percent, percent),
  };
}
