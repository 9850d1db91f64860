import { expect, test } from "bun:test";
import { TOPICS } from "../../src/event/bus.ts";
import { InProcessBus } from "../../src/event/in-process-bus.ts";
import { Tenants } from "../../src/realtime/tenants.ts";
import { TypingPace } from "../../src/realtime/typing.ts";

test("a tenant is followed once its channel is heard and nobody reads the log without it any more", async () => {
  const bus = new InProcessBus();
  const heard: unknown[] = [];
  const reading = Promise.withResolvers<void>();
  const onEvent = (message: unknown) => heard.push(message);
  const tenants = new Tenants({ bus, onEvent, onJob: () => {}, settled: () => reading.promise });
  const entered = tenants.enter("a");
  let isIn = false;
  void entered.then(() => (isIn = true));
  await bus.publish(TOPICS.tenantEvents("a"), 1);
  await Promise.resolve();
  expect(heard).toEqual([1]);
  expect(tenants.ids).toEqual(["a"]);
  expect([isIn, tenants.isFollowedSince("a", performance.now())]).toEqual([false, false]);
  reading.resolve();
  await entered;
  expect(tenants.isFollowedSince("a", performance.now())).toBe(true);
  expect(tenants.isFollowedSince("a", 0)).toBe(false);
});

test("a tenant is followed as long as anybody needs it, and heard once", async () => {
  const bus = new InProcessBus();
  const heard: unknown[] = [];
  const onEvent = (message: unknown) => heard.push(message);
  const tenants = new Tenants({ bus, onEvent, onJob: onEvent, settled: () => Promise.resolve() });
  await Promise.all([tenants.enter("a"), tenants.enter("a")]);
  tenants.hold("a");
  const tell = async (message: string) => {
    await bus.publish(TOPICS.tenantEvents("a"), `${message} event`);
    await bus.publish(TOPICS.tenantJobs("a"), `${message} job`);
    await Promise.resolve();
  };
  await tell("first");
  tenants.leave("a");
  tenants.leave("a");
  await tell("second");
  tenants.release("a");
  await tell("third");
  expect(heard).toEqual(["first event", "first job", "second event"]);
  expect(tenants.count).toBe(0);
});

test("typing is told once a second, and its end once", () => {
  const pace = new TypingPace();
  const steps: [typing: boolean, atMs: number, isNews: boolean][] = [
    [false, 0, false],
    [true, 0, true],
    [true, 900, false],
    [true, 1_000, true],
    [false, 1_100, true],
    [false, 1_200, false],
    [true, 1_300, false],
    [true, 2_000, true],
  ];
  for (const [typing, atMs, isNews] of steps)
    expect([atMs, pace.isNews("c", typing, atMs)]).toEqual([atMs, isNews]);
  expect(pace.isNews("another", true, 2_000)).toBe(true);
});
