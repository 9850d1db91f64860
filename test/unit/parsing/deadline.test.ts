import { expect, test } from "bun:test";
import { Deadline } from "../../../src/parsing/pool/deadline.ts";
import { eventually } from "../../support/eventually.ts";

test("a deadline stands still while others work, and goes on then", async () => {
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

test("one that is over is never missed, not even by work that ends later", async () => {
  let missed = 0;
  const deadline = new Deadline(0, () => missed++);
  await deadline.without(() => Promise.resolve(deadline.end()));
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(missed).toBe(0);
});
