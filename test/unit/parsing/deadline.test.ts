import { afterEach, expect, jest, test } from "bun:test";
import { Deadline } from "../../../src/parsing/pool/deadline.ts";
import { eventually } from "../../support/eventually.ts";

afterEach(() => jest.useRealTimers());

test("a deadline stands still while others work, and runs then", async () => {
  let missed = 0;
  const deadline = new Deadline(20, () => missed++);
  await deadline.without(async () => {
    const other = new Promise((resolve) => setTimeout(resolve, 60));
    await deadline.without(() => Promise.resolve());
    await other;
    expect(missed).toBe(0);
  });
  await eventually(() => missed === 1);
});

test("it begins anew after work that is done, and goes on after work that failed", async () => {
  jest.useFakeTimers();
  let missed = 0;
  const deadline = new Deadline(100, () => missed++);
  for (let page = 0; page < 3; page++) {
    jest.advanceTimersByTime(90);
    await deadline.without(() => Promise.resolve());
  }
  expect(missed).toBe(0);
  jest.advanceTimersByTime(90);
  await deadline.without(() => Promise.reject(new Error("No."))).catch(() => undefined);
  jest.advanceTimersByTime(20);
  expect(missed).toBe(1);
});

test("one that is over is never missed, not even by work that ends later", async () => {
  let missed = 0;
  const deadline = new Deadline(0, () => missed++);
  await deadline.without(() => Promise.resolve(deadline.end()));
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(missed).toBe(0);
});
