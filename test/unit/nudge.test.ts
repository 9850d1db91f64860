import { describe, expect, test } from "bun:test";
import { Nudge } from "../../src/job/nudge.ts";

const LONG_MS = 60_000;

describe("a nudge", () => {
  test("that comes while nobody waits ends the next wait at once, and only that one", async () => {
    const nudge = new Nudge();
    const never = new AbortController().signal;
    nudge.notify();
    nudge.notify();
    await nudge.wait(LONG_MS, never);
    const second = nudge.wait(LONG_MS, never).then(() => "woken" as const);
    expect(await Promise.race([second, Promise.resolve("waiting" as const)])).toBe("waiting");
    nudge.notify();
    expect(await second).toBe("woken");
  });

  test("is not needed when the wait is aborted or its time is up", async () => {
    const nudge = new Nudge();
    const abort = new AbortController();
    const waiting = nudge.wait(LONG_MS, abort.signal);
    abort.abort();
    await waiting;
    await nudge.wait(1, new AbortController().signal);
  });
});
