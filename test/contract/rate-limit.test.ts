import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { RedisBuckets } from "../../src/redis/redis-buckets.ts";
import { Client, type Reply } from "../support/client.ts";
import { eventually } from "../support/eventually.ts";
import { scrape } from "../support/metrics.ts";
import { startProxy } from "../support/proxy.ts";
import { startRedis } from "../support/redis.ts";
import { expectError } from "../support/scenes.ts";
import { embedded, networked, type SetUp } from "../support/set-up.ts";

setDefaultTimeout(120_000);

const PER_MINUTE = 60;
const TENANT_PER_MINUTE = 90;
const env = {
  RATE_LIMIT_USER_PER_MINUTE: String(PER_MINUTE),
  RATE_LIMIT_TENANT_PER_MINUTE: String(TENANT_PER_MINUTE),
};

/** Many at once: one by one, a slow machine would call no faster than the limit fills up again. */
const AT_ONCE = 10;

interface Spent {
  /** Calls that were not refused. */
  readonly calls: number;
  /** What fills up in the time that they took, at most. */
  readonly refill: number;
  readonly refusal: Reply<unknown>;
}

/** What fills up since then, at most. */
function refillSince(beganAt: number): number {
  return 1 + ((performance.now() - beganAt) / 60_000) * TENANT_PER_MINUTE;
}

/** Calls until some are refused. */
async function useUp(call: () => Promise<Reply<unknown>>): Promise<Spent> {
  const beganAt = performance.now();
  let calls = 0;
  while (calls < 10 * PER_MINUTE) {
    const replies = await Promise.all(Array.from({ length: AT_ONCE }, call));
    calls += replies.filter(({ status }) => status !== 429).length;
    const refusal = replies.find(({ status }) => status === 429);
    if (refusal) return { calls, refill: refillSince(beganAt), refusal };
  }
  throw new Error("Nobody was ever refused.");
}

const get = (client: Client) => () => client.call("GET", "/api/me");

function expectAbout(limit: number, { calls, refill }: Spent): void {
  expect(calls).toBeGreaterThanOrEqual(limit);
  expect(calls).toBeLessThanOrEqual(limit + refill);
}

describe.each([
  ["embedded", () => embedded({ env })],
  ["networked", () => networked({ env })],
] as const)("429 `too_many_requests`: %s", (_name, start) => {
  let setUp: SetUp;
  beforeAll(async () => {
    setUp = await start();
  });
  afterAll(async () => {
    await setUp.stop();
  });

  test("changes nothing, and tells in `Retry-After` when the next call goes through", async () => {
    const user = await setUp.user();
    expectAbout(PER_MINUTE, await useUp(get(user)));
    const { calls, refusal } = await useUp(() =>
      user.call("POST", "/api/workspaces", { json: { name: "perhaps one too many" } }),
    );
    expect(expectError(refusal, 429).code).toBe("too_many_requests");
    const seconds = Number(refusal.headers.get("retry-after"));
    expect(seconds).toBe(60 / PER_MINUTE);
    await Bun.sleep(seconds * 1000);
    const workspaces = await user.expect<unknown[]>(200, "GET", "/api/workspaces");
    expect(workspaces).toHaveLength(calls);
  });

  test("comes to a user, and to all of a tenant together, but to nobody else", async () => {
    const tenant_id = crypto.randomUUID();
    const [first, second, third] = [
      await setUp.user({ tenant_id }),
      await setUp.user({ tenant_id }),
      await setUp.user({ tenant_id }),
    ];
    const before = await scrape(setUp.url);
    const beganAt = performance.now();
    const one = await useUp(get(first));
    expectAbout(PER_MINUTE, one);
    const two = await useUp(get(second));
    const both = one.calls + two.calls;
    expectAbout(TENANT_PER_MINUTE, { ...two, calls: both, refill: refillSince(beganAt) });
    const three = await useUp(get(third));
    expect(both + three.calls).toBeLessThanOrEqual(TENANT_PER_MINUTE + refillSince(beganAt));
    expect((await get(await setUp.user())()).status).toBe(200);
    for (const path of ["/health", "/ready", "/metrics", "/"])
      expect((await third.call("GET", path)).status).toBe(200);
    const after = await scrape(setUp.url);
    for (const scope of ["user", "tenant"]) {
      const refused = "rag_rate_limited_requests_total";
      expect(after.sum(refused, { scope })).toBeGreaterThan(before.sum(refused, { scope }));
    }
  });

  test("counts every call once, whatever its route", async () => {
    const user = await setUp.user();
    const workspace = await user.createWorkspace();
    const conversation = await user.createConversation(workspace.id);
    const paths = [
      `/api/workspaces/${workspace.id}/documents`,
      `/api/workspaces/${workspace.id}/members`,
      `/api/workspaces/${workspace.id}/conversations`,
      `/api/conversations/${conversation.id}/messages`,
      `/api/conversations/${conversation.id}/participants`,
      "/api/me/devices",
    ];
    let turn = 0;
    const spent = await useUp(() => user.call("GET", paths[turn++ % paths.length] ?? ""));
    expectAbout(PER_MINUTE - 2, spent);
  });
});

test("two API processes share one limit through Redis; with Redis away each goes on by itself", async () => {
  const setUp = await networked({ env });
  try {
    const second = await setUp.network?.add("api");
    const there = (user: Client) => new Client(second?.url ?? "", user.token, user.userId);
    const user = await setUp.user();
    const beganAt = performance.now();
    let turn = 0;
    const both = () => get(turn++ % 2 === 0 ? user : there(user))();
    expectAbout(PER_MINUTE, await useUp(both));

    await setUp.network?.redis.stop();
    for (const url of [setUp.url, second?.url ?? ""])
      await eventually(async () => (await scrape(url)).sum("rag_redis_up") === 0);
    const another = await setUp.user();
    expectAbout(PER_MINUTE, await useUp(get(another)));
    // What was spent together is spent still: each process has counted its part.
    const spentHere = PER_MINUTE / 2;
    const { calls } = await useUp(get(user));
    expect(calls).toBeLessThanOrEqual(PER_MINUTE - spentHere + refillSince(beganAt));
    expect((await useUp(get(there(another)))).calls).toBeGreaterThan(0);
  } finally {
    await setUp.stop();
  }
});

test("Redis counts as a process does, and keeps no key longer than it means anything", async () => {
  const redis = await startRedis();
  const shared = new RedisBuckets(redis.url);
  await shared.start();
  const [user, tenant] = [
    { key: "user:u", perMinute: 5 },
    { key: "tenant:t", perMinute: 8 },
  ];
  for (let at = 0; at < 5; at++) expect(await shared.take([user, tenant])).toEqual([0, 0]);
  const [forUser = 0, forTenant] = (await shared.take([user, tenant])) ?? [];
  expect(forUser).toBeWithin(1, 60_000 / 5 + 1);
  expect(forTenant).toBe(0);
  for (let at = 0; at < 3; at++) expect(await shared.take([tenant])).toEqual([0]);
  expect((await shared.take([tenant]))?.[0]).toBeGreaterThan(0);
  const client = redis.client();
  const keys = await client.keys("*");
  expect(keys.toSorted()).toEqual(["rag_limit:tenant:t", "rag_limit:user:u"]);
  for (const key of keys) expect(await client.pttl(key)).toBeWithin(1, 60_000 + 1);
  client.disconnect();
  await shared.stop();
  await redis.stop();
});

test("a Redis that falls silent holds nobody up for long, and is asked again", async () => {
  const redis = await startRedis();
  const proxy = await startProxy(redis.port);
  const shared = new RedisBuckets(`redis://127.0.0.1:${proxy.port}`);
  await shared.start();
  const buckets = [{ key: "user:u", perMinute: 1_000_000 }];
  expect(await shared.take(buckets)).toEqual([0]);
  proxy.blackHole();
  // One waits for the answer in vain; the others do not even ask.
  for (let at = 0; at < 1_000; at++) expect(await shared.take(buckets)).toBeUndefined();
  proxy.pass();
  await eventually(async () => (await shared.take(buckets)) !== undefined);
  await shared.stop();
  await Promise.all([proxy.stop(), redis.stop()]);
});

test("a Redis that is full refuses, and the connection to it is kept", async () => {
  const redis = await startRedis();
  const shared = new RedisBuckets(redis.url);
  await shared.start();
  const buckets = [{ key: "user:u", perMinute: 60 }];
  const client = redis.client();
  await client.config("SET", "maxmemory", "1");
  expect(await shared.take(buckets)).toBeUndefined();
  await client.config("SET", "maxmemory", "0");
  expect(await shared.take(buckets)).toEqual([0]);
  client.disconnect();
  await shared.stop();
  await redis.stop();
});
