import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { decideRetry } from "../../src/job/job.ts";

const random = fc.double({ min: 0, max: 0.999_999, noNaN: true });

describe("the verdict on a failed attempt", () => {
  test("a failure that no retry can mend stops the job at once, whatever came before", () => {
    fc.assert(
      fc.property(fc.nat(10), random, (retryCount, chance) => {
        const verdict = decideRetry({ retryCount }, { permanent: true }, chance);
        expect(verdict).toEqual({ action: "fail", retryCount });
      }),
    );
  });

  test("a job is tried again three times, each count one higher, and then given up", () => {
    fc.assert(
      fc.property(random, (chance) => {
        const counts: number[] = [];
        let retryCount = 0;
        for (;;) {
          const verdict = decideRetry({ retryCount }, { permanent: false }, chance);
          if (verdict.action === "fail") break;
          counts.push(verdict.retryCount);
          retryCount = verdict.retryCount;
        }
        expect(counts).toEqual([1, 2, 3]);
      }),
    );
  });

  test("each wait is longer than half the step before it, spread, and bounded by a minute", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 }), random, (retryCount, chance) => {
        const verdict = decideRetry({ retryCount }, { permanent: false }, chance);
        if (verdict.action !== "retry") throw new Error("expected a retry");
        const fullMs = 2_000 * 2 ** retryCount;
        expect(verdict.delayMs).toBeGreaterThanOrEqual(fullMs / 2);
        expect(verdict.delayMs).toBeLessThanOrEqual(Math.min(fullMs, 60_000));
      }),
    );
  });

  test("nobody is asked again before the time that they named", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 3_600_000 }), random, (retryAfterMs, chance) => {
        const verdict = decideRetry({ retryCount: 0 }, { permanent: false, retryAfterMs }, chance);
        if (verdict.action !== "retry") throw new Error("expected a retry");
        expect(verdict.delayMs).toBeGreaterThanOrEqual(retryAfterMs);
      }),
    );
  });
});
