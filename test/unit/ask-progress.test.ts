import { expect, test } from "bun:test";
import fc from "fast-check";
import { applyEvent, isSettled, NOT_SENT } from "../../src/cli/ask-progress.ts";
import type { EventFrame } from "../../src/cli/client/wire.ts";

const jobProgress = (type: string, progress: number): EventFrame => ({
  type: "job.progress",
  payload: { event: "parse_progress", job_id: "j", document_id: "d", type, progress },
});
const documentStatus = (status: string): EventFrame => ({
  type: "document.status_updated",
  payload: { document_id: "d", status },
});
const jobStatus = (status: string, message: string | null = null): EventFrame => ({
  type: "job.status_updated",
  payload: { document_id: "d", job_type: "parse", status, error_message: message },
});
const after = (...frames: EventFrame[]) => frames.reduce(applyEvent, NOT_SENT);

test("a file goes from uploading over reading and indexing to ready", () => {
  expect(after(documentStatus("pending")).phase).toBe("waiting");
  expect(after(jobProgress("parse", 50))).toEqual({ phase: "reading", percent: 30 });
  expect(after(jobProgress("parse", 50), documentStatus("parsed"))).toEqual({
    phase: "indexing",
    percent: 60,
  });
  expect(after(jobProgress("chunk", 100)).percent).toBe(99);
  expect(after(jobProgress("embed", 50)).percent).toBe(0);
  expect(after(documentStatus("ingested"))).toEqual({ phase: "ready", percent: 100 });
});

test("a job that failed for good leaves its sentence; one that is tried again does not", () => {
  expect(after(jobStatus("failed", "It is protected."))).toMatchObject({
    phase: "failed",
    failure: "It is protected.",
  });
  expect(after(jobStatus("queued", "Try again later.")).phase).toBe("uploading");
});

test("progress never goes back, in whatever order events come", () => {
  const frame = fc.oneof(
    fc
      .tuple(fc.constantFrom("parse", "chunk", "embed", "new"), fc.integer())
      .map((pair) => jobProgress(...pair)),
    fc.constantFrom("pending", "parsed", "ingested", "error", "new").map(documentStatus),
    fc.constantFrom("queued", "running", "success", "failed").map((status) => jobStatus(status)),
  );
  fc.assert(
    fc.property(fc.array(frame), (frames) => {
      let now = NOT_SENT;
      for (const one of frames) {
        const next = applyEvent(now, one);
        expect(next.percent).toBeGreaterThanOrEqual(now.percent);
        expect(next.percent).toBeLessThanOrEqual(100);
        if (isSettled(now)) expect(isSettled(next)).toBe(true);
        now = next;
      }
    }),
  );
});
