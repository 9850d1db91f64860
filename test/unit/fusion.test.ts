import { describe, expect, test } from "bun:test";
import { EndpointError, type Trouble } from "../../src/inference/endpoint.ts";
import { CircuitBreaker } from "../../src/retrieval/circuit-breaker.ts";
import { fuse } from "../../src/retrieval/vector/fusion.ts";

const hit = (documentId: string) => ({ documentId, segmentIndex: 0, score: 7 });
const list = (names: string) => [...names].map(hit);
const names = (hits: readonly { documentId: string }[]) =>
  hits.map(({ documentId }) => documentId).join("");

describe("reciprocal rank fusion", () => {
  test("adds 1 / (60 + rank) over both lists", () => {
    const fused = fuse(list("ab"), list("bc"));
    expect(names(fused)).toBe("bac");
    expect(fused[0]?.score).toBeCloseTo(1 / 62 + 1 / 61, 12);
    expect(fused[1]?.score).toBeCloseTo(1 / 61, 12);
  });

  test("of one list is that list; equal scores stand in the order of their places", () => {
    expect(names(fuse(list("cab"), []))).toBe("cab");
    expect(names(fuse([], list("cab")))).toBe("cab");
    expect(names(fuse(list("x"), list("b")))).toBe("bx");
  });

  test("puts what has no vector yet where its words put it, not behind all that has one", () => {
    expect(names(fuse(list("xabc"), list("abc")))).not.toStartWith("x");
    expect(names(fuse(list("xabc"), list("abc"), [hit("x")]))).toStartWith("x");
    const half = fuse(list("xayb"), list("ab"), [hit("x"), hit("y")]);
    expect(names(half)).toStartWith("xa");
  });
});

/** Each call fails so, and is let through. */
async function fail(breaker: CircuitBreaker, ...troubles: readonly Trouble[]): Promise<void> {
  for (const trouble of troubles) {
    const failure = breaker.guard(() => Promise.reject(new EndpointError(trouble, "No.")));
    await expect(failure).rejects.toThrow("No.");
  }
}

describe("a circuit breaker", () => {
  test("lets calls through until three fail in a row, and after a rest one that tries", async () => {
    const breaker = new CircuitBreaker("It", 0);
    const resting = new CircuitBreaker("It", 60_000);
    for (const each of [breaker, resting]) {
      await fail(each, "broken", "away");
      expect(await each.guard(async () => 1)).toBe(1);
      await fail(each, "slow", "busy", "unreadable");
    }
    expect(await breaker.guard(async () => 1)).toBe(1);
    await expect(resting.guard(async () => 1)).rejects.toThrow("It is left alone for some seconds");
  });

  test("goes on calling an endpoint that refuses what it is asked: it lives", async () => {
    const breaker = new CircuitBreaker("It", 60_000);
    await fail(breaker, "broken", "broken", "refused", "refused", "refused", "broken", "broken");
    expect(await breaker.guard(async () => 1)).toBe(1);
  });
});
