import { expect, test } from "bun:test";
import fc from "fast-check";
import { Limiter } from "../../src/limit/limiter.ts";
import { OwnBuckets } from "../../src/limit/own-buckets.ts";

const MINUTE_MS = 60_000;

test("in no stretch of time are there more calls than a full bucket and its refill", () => {
  const pauses = fc.array(fc.integer({ min: 0, max: 20_000 }), { minLength: 1, maxLength: 200 });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 100 }), pauses, (perMinute, waits) => {
      let now = 0;
      const buckets = new OwnBuckets(() => now);
      const times: number[] = [];
      for (const wait of waits) {
        now += wait;
        if (buckets.take([{ key: "a", perMinute }])[0] === 0) times.push(now);
      }
      for (const [first, from] of times.entries())
        for (const [last, until] of times.entries())
          if (last >= first) {
            const most = perMinute + ((until - from) / MINUTE_MS) * perMinute;
            expect(last - first + 1).toBeLessThanOrEqual(most + 1e-6);
          }
    }),
    { numRuns: 200 },
  );
});

test("whoever waits as long as was said gets through, and no earlier", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5_000 }), (perMinute) => {
      let now = 5;
      const buckets = new OwnBuckets(() => now);
      const take = () => buckets.take([{ key: "a", perMinute }])[0] ?? 0;
      for (let at = 0; at < perMinute; at++) expect(take()).toBe(0);
      const wait = take();
      expect(wait).toBeCloseTo(MINUTE_MS / perMinute, 1);
      now += wait * 0.9;
      expect(take()).toBeGreaterThan(0);
      now += wait * 0.1 + 0.01;
      expect(take()).toBe(0);
    }),
    { numRuns: 50 },
  );
});

test("who is refused by one bucket has taken from none", () => {
  const buckets = new OwnBuckets(() => 0);
  const [user, tenant] = [
    { key: "user", perMinute: 1 },
    { key: "tenant", perMinute: 3 },
  ];
  expect(buckets.take([user, tenant])).toEqual([0, 0]);
  for (let at = 0; at < 10; at++) expect(buckets.take([user, tenant])[0]).toBeGreaterThan(0);
  expect(buckets.take([tenant])).toEqual([0]);
  expect(buckets.take([tenant])).toEqual([0]);
  expect(buckets.take([tenant])[0]).toBeGreaterThan(0);
});

test("a limit of 0 is none", async () => {
  const limiter = new Limiter({ userPerMinute: 0, tenantPerMinute: 0 });
  for (let call = 0; call < 1_000; call++)
    expect(await limiter.take({ userId: "u", tenantId: "t" })).toBeUndefined();
});
