import { describe, expect, test } from "bun:test";
import { Together } from "../../src/job/together.ts";
import { requestField, within } from "../../src/trace.ts";

const MANY = 100;

describe("work that is done together", () => {
  test("takes along whoever came while it was busy, in order and within its bound", async () => {
    const groups: number[][] = [];
    const together = new Together<number, number>(async (items) => {
      groups.push([...items]);
      await new Promise((resolve) => setImmediate(resolve));
      return items.map((item) => item * 10);
    }, 3);
    const results = await Promise.all([1, 2, 3, 4, 5].map((item) => together.join(item)));
    expect(results).toEqual([10, 20, 30, 40, 50]);
    expect(groups).toEqual([
      [1, 2, 3],
      [4, 5],
    ]);
    expect(await together.join(6)).toBe(60);
  });

  test("fails for nobody but whom it is about", async () => {
    const together = new Together<number, string>(async (items) => {
      if (items.includes(2)) throw new Error("The second breaks it for all.");
      return items.map((item) => (item === 3 ? new Error("The third is refused.") : "done"));
    }, MANY);
    const outcomes = await Promise.allSettled([1, 2, 3, 4].map((item) => together.join(item)));
    expect(outcomes.map(({ status }) => status)).toEqual([
      "fulfilled",
      "rejected",
      "rejected",
      "fulfilled",
    ]);
  });

  test("is not tried again for each while the database is away", async () => {
    let attempts = 0;
    const together = new Together<number, string>(() => {
      attempts++;
      return Promise.reject(Object.assign(new Error("away"), { code: "ECONNREFUSED" }));
    }, MANY);
    const outcomes = await Promise.allSettled([1, 2, 3].map((item) => together.join(item)));
    expect(outcomes.every(({ status }) => status === "rejected")).toBe(true);
    expect(attempts).toBe(1);
  });

  test("is part of no request, though one began it", async () => {
    const seen: unknown[] = [];
    const together = new Together<number, undefined>(async (items) => {
      seen.push(requestField());
      return items.map(() => undefined);
    }, MANY);
    await within({ request_id: "first" }, () => together.join(1));
    expect(seen).toEqual([{}]);
  });
});
