/** What both stores of presence promise, and what the one in Redis promises besides. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { InProcessPresenceStore } from "../../src/presence/in-process-store.ts";
import {
  type PresenceStore,
  type PresentConnection,
  statusOf,
} from "../../src/presence/presence.ts";
import { onlineAmong } from "../../src/presence/read.ts";
import { PresenceTracker } from "../../src/presence/tracker.ts";
import { RedisPresenceStore } from "../../src/redis/presence-store.ts";
import type { Service } from "../../src/service.ts";
import { eventually } from "../support/eventually.ts";
import { type Proxy, startProxy, through } from "../support/proxy.ts";
import { type RedisServer, startRedis } from "../support/redis.ts";

/** As in earnest, forty times as fast. */
const QUICK = { ttlMs: 1_500, refreshMs: 600, graceMs: 100, returnMs: 100, sweepEveryMs: 25 };
/** Nothing runs out by itself. */
const LASTING = { ...QUICK, ttlMs: 600_000, refreshMs: 300_000, graceMs: 600_000 };

let redis: RedisServer;
const running: Service[] = [];

beforeAll(async () => {
  redis = await startRedis();
});
beforeEach(() => redis.flush());
afterEach(async () => {
  for (const service of running.splice(0).toReversed()) await service.stop();
});
afterAll(() => redis.stop());

async function start<S extends Service>(service: S): Promise<S> {
  await service.start();
  running.push(service);
  return service;
}

function inRedis(times = QUICK, url = redis.url): Promise<RedisPresenceStore> {
  return start(new RedisPresenceStore(url, times));
}

function connectionOf(userId: string = crypto.randomUUID()): PresentConnection {
  return { id: crypto.randomUUID(), userId };
}

/** A process with its sockets, as far as presence sees it. */
async function startProcess(url?: string) {
  const store = await inRedis(QUICK, url);
  /** Whom it would announce, each time. */
  const told: string[] = [];
  const tracker = new PresenceTracker(store, (userIds) => void told.push(...userIds), QUICK);
  await start(tracker);
  return { store, tracker, told };
}

/** Resolves when presence is known. */
function isKnown(store: PresenceStore): Promise<boolean> {
  return eventually(async () => (await store.look([]))?.known);
}

const STORES: readonly [string, (times: typeof QUICK) => Promise<PresenceStore>][] = [
  ["in Redis", (times) => inRedis(times)],
  ["in the process", (times) => start(new InProcessPresenceStore(times))],
];

describe.each(STORES)("presence %s", (_, open) => {
  /** Sweeps until somebody is gone; everybody who is, in the order in which they were told. */
  async function sweepUntilGone(store: PresenceStore, userId: string): Promise<string[]> {
    const gone: string[] = [];
    await eventually(async () => {
      gone.push(...((await store.sweep())?.gone ?? []));
      return gone.includes(userId);
    });
    return gone;
  }

  test("a user comes with the first connection, and leaves with the last", async () => {
    const store = await open(LASTING);
    await eventually(async () => (await store.sweep())?.known);
    const first = connectionOf();
    const { userId } = first;
    const second = connectionOf(userId);
    expect(await store.touch([first])).toEqual([userId]);
    expect(await store.touch([first, second])).toEqual([]);
    await store.leave([first]);
    expect(await onlineAmong(store, [userId, crypto.randomUUID()])).toEqual(new Set([userId]));
    await store.leave([second, second]);
    const look = await store.look([userId]);
    expect(look).toEqual({ known: true, connected: new Set(), leaving: new Set([userId]) });
    expect(await onlineAmong(store, [userId])).toEqual(new Set());
  });

  test("who comes back within the grace was never away", async () => {
    const store = await open(LASTING);
    const before = connectionOf();
    await store.touch([before]);
    await store.leave([before]);
    expect(await store.touch([connectionOf(before.userId)])).toEqual([]);
  });

  test("who does not come back is gone after the grace, and is told of once", async () => {
    const store = await open(QUICK);
    const [first, second] = [connectionOf(), connectionOf()];
    await store.touch([first, second]);
    await store.leave([first]);
    const gone = await sweepUntilGone(store, first.userId);
    await store.leave([second]);
    gone.push(...(await sweepUntilGone(store, second.userId)));
    expect(gone).toEqual([first.userId, second.userId]);
    expect((await store.look([first.userId]))?.leaving).toEqual(new Set());
    expect(await store.touch([connectionOf(first.userId)])).toEqual([first.userId]);
  });

  test("5,000 users are looked up in one go", async () => {
    const store = await open(LASTING);
    const connections = Array.from({ length: 5_000 }, () => connectionOf());
    await store.touch(connections);
    const ids = connections.map(({ userId }) => userId);
    expect((await store.look(ids))?.connected.size).toBe(5_000);
  });
});

describe("presence of many processes, in Redis", () => {
  test("a user stays with a connection to any of them, however long", async () => {
    const [one, two] = [await startProcess(), await startProcess()];
    const dead = connectionOf();
    const [first, second] = [connectionOf(), connectionOf()];
    const { userId } = first;
    one.tracker.connected(first);
    two.tracker.connected({ ...second, userId });
    await eventually(async () => (await connectionsOf(userId)).length === 2);
    one.tracker.disconnected(first);
    // Nobody tells of this one again: when it is gone, whatever is not told again is.
    await one.store.touch([dead]);
    await eventually(() => [...one.told, ...two.told].includes(dead.userId));
    expect([...one.told, ...two.told]).toEqual([userId, dead.userId]);
    expect(await onlineAmong(one.store, [userId])).toEqual(new Set([userId]));
    two.tracker.disconnected({ ...second, userId });
    await eventually(() => [...one.told, ...two.told].length === 3);
    expect(await onlineAmong(one.store, [userId])).toEqual(new Set());
  });

  test("a killed process leaves no ghost, also beside other connections of the same user", async () => {
    const { store, tracker, told } = await startProcess();
    await isKnown(store);
    const [alone, beside] = [connectionOf(), connectionOf()];
    const kept = connectionOf(beside.userId);
    await (await inRedis()).touch([alone, beside]);
    tracker.connected(kept);
    await eventually(() => told.includes(alone.userId));
    await eventually(async () => (await connectionsOf(beside.userId)).length === 1);
    expect(await connectionsOf(beside.userId)).toEqual([kept.id]);
    expect(told).toEqual([alone.userId]);
    expect(await onlineAmong(store, [alone.userId, beside.userId])).toEqual(
      new Set([beside.userId]),
    );
  });

  test("a process that stops takes its connections along", async () => {
    const [leaving, staying] = [await startProcess(), await startProcess()];
    await isKnown(staying.store);
    const connections = Array.from({ length: 1_200 }, () => connectionOf());
    for (const connection of connections) leaving.tracker.connected(connection);
    await eventually(() => leaving.told.length === connections.length);
    await leaving.tracker.stop();
    const ids = connections.map(({ userId }) => userId);
    expect(await onlineAmong(staying.store, ids)).toEqual(new Set());
    await eventually(() => staying.told.length === connections.length);
  });

  test.each([
    ["is flushed", () => redis.flush()],
    ["is started again, empty", () => redis.restart()],
    ["comes back with what it had long ago", restartWithThePast],
    ["is out of reach until it has forgotten everybody", outOfReach],
  ])("when Redis %s, nobody who is connected is said to be offline", async (_, lose) => {
    const proxy = await startProxy(redis.port);
    const url = through(proxy, redis.url);
    const [one, two] = [await startProcess(url), await startProcess(url)];
    await isKnown(one.store);
    const [here, there] = [connectionOf(), connectionOf()];
    one.tracker.connected(here);
    two.tracker.connected(there);
    await eventually(() => one.told.length + two.told.length === 2);
    const said: string[] = [];
    const watching = new AbortController();
    const watch = (async () => {
      while (!watching.signal.aborted) {
        for (const { store } of [one, two])
          said.push(...(await wrongly(store, [here.userId, there.userId])));
        await Bun.sleep(1);
      }
    })();
    await lose(proxy, here);
    // At once shown again …
    await eventually(async () => {
      const look = await one.store.look([here.userId, there.userId]);
      return look?.connected.size === 2;
    });
    // … and in the end known.
    await isKnown(one.store);
    watching.abort();
    await watch;
    expect(said).toEqual([]);
    expect([...one.told, ...two.told].toSorted()).toEqual([here.userId, there.userId].toSorted());
  });

  test("a process that was there before Redis was emptied makes known that nothing is known yet", async () => {
    const times = { ...LASTING, returnMs: 0 };
    const before = await inRedis(times);
    await before.sweep();
    await redis.flush();
    const fresh = await inRedis(times);
    expect(await fresh.sweep()).toEqual({ known: true, lost: false, gone: [] });
    expect(await before.sweep()).toEqual({ known: false, lost: true, gone: [] });
    expect((await fresh.look([]))?.known).toBe(false);
  });

  test("while Redis is silent, everybody's presence is unknown", async () => {
    const proxy = await startProxy(redis.port);
    const { store, tracker } = await startProcess(through(proxy, redis.url));
    await isKnown(store);
    const { userId, id } = connectionOf();
    tracker.connected({ userId, id });
    await eventually(async () => (await store.look([userId]))?.connected.has(userId));
    proxy.blackHole();
    expect(await onlineAmong(store, [userId])).toBeUndefined();
    await eventually(() => !tracker.isKnown);
    proxy.pass();
    await eventually(async () => (await onlineAmong(store, [userId]))?.has(userId));
  });
});

/** Those of users who are connected whom a store says to be offline. */
async function wrongly(store: PresenceStore, userIds: readonly string[]): Promise<string[]> {
  const look = await store.look(userIds);
  return userIds.filter((id) => statusOf(id, look) === "offline");
}

/** As a server does that had not yet written down who is there. */
async function restartWithThePast(): Promise<void> {
  const before = redis.client();
  const epoch = await before.hgetall("presence:epoch");
  await before.quit();
  await redis.restart();
  const after = redis.client();
  await after.hset("presence:epoch", epoch);
  await after.quit();
}

async function outOfReach(proxy: Proxy, { userId }: PresentConnection): Promise<void> {
  proxy.refuse();
  await eventually(async () => (await connectionsOf(userId)).length === 0);
  proxy.pass();
}

async function connectionsOf(userId: string): Promise<string[]> {
  const client = redis.client();
  const ids = await client.zrange(`presence:user:${userId}`, "0", "-1");
  await client.quit();
  return ids;
}
