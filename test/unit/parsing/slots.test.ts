import { expect, test } from "bun:test";
import { AppError } from "../../../src/error.ts";
import { Slots } from "../../../src/parsing/pool/slots.ts";

const NEVER = new AbortController().signal;

test("so many tasks run at once, the others in the order in which they came", async () => {
  const slots = new Slots(2);
  const gates = Array.from({ length: 4 }, () => Promise.withResolvers<void>());
  const begun: number[] = [];
  const tasks = gates.map(({ promise }, at) =>
    slots.use(NEVER, async () => {
      begun.push(at);
      await promise;
    }),
  );
  expect(begun).toEqual([0, 1]);
  gates[1]?.resolve();
  await tasks[1];
  expect(begun).toEqual([0, 1, 2]);
  for (const { resolve } of gates) resolve();
  await Promise.all(tasks);
  expect(begun).toEqual([0, 1, 2, 3]);
});

test("a task that fails gives its slot to the next", async () => {
  const slots = new Slots(1);
  const failing = slots.use(NEVER, () => Promise.reject(new Error("No.")));
  const next = slots.use(NEVER, () => Promise.resolve("done"));
  await expect(failing).rejects.toThrow("No.");
  expect(await next).toBe("done");
});

test("a task whose signal aborts while it waits leaves the others in their places", async () => {
  const slots = new Slots(1);
  const gate = Promise.withResolvers<void>();
  const [first, leaving] = [new AbortController(), new AbortController()];
  const running = slots.use(NEVER, () => gate.promise);
  const runsLater = slots.use(first.signal, () => {
    // Its turn has come: that its signal aborts now is its own affair.
    first.abort();
    return Promise.resolve("ran");
  });
  const left = slots.use(leaving.signal, () => Promise.resolve("never"));
  const last = slots.use(NEVER, () => Promise.resolve("last"));
  leaving.abort();
  await expect(left).rejects.toBeInstanceOf(AppError);
  gate.resolve();
  await running;
  expect(await runsLater).toBe("ran");
  expect(await last).toBe("last");
});
