import type { Redis } from "ioredis";
import postgres from "postgres";
import { eventually } from "../../support/eventually.ts";
import type { Engine } from "../../support/engine.ts";
import { breakableNetworkOf, networked, type Proxies, type SetUp } from "../../support/set-up.ts";
import { slownessOf, untilQuick } from "../quick.ts";
import type { Random } from "../../support/random.ts";
import { Findings, type Scenario } from "../scenario.ts";
import { auditTraffic, listenThrough, Traffic } from "../traffic.ts";

const KILLS = { short: 15, long: 50 } as const;
const SILENCES = { short: 1, long: 10 } as const;
const CALL_EVERY_MS = 200;
const NOTICED_MS = 15_000;

export const subscriberKilled: Scenario = {
  name: "subscriber-killed",
  promise:
    "Subscribers that are killed, or silently dead, are noticed within 15 s, told by /ready, replaced, and have missed nothing; no connection is left over.",
  reachMs: NOTICED_MS,
  run: async ({ length, random }) => {
    const setUp = await networked({ compiled: true, proxied: true });
    const { databaseUrl, redis, proxies } = breakableNetworkOf(setUp);
    const outside = redis.client();
    const sql = postgres(databaseUrl, { max: 2 });
    const listeners = [await listenThrough(setUp, setUp.api())];
    const findings = new Findings();
    // By now everybody has all the connections that they use.
    const slowness = await slownessOf(listeners);
    const before = await connectionsOf(outside);
    const traffic = new Traffic(listeners, random, CALL_EVERY_MS);
    for (let kill = 0; kill < KILLS[length]; kill++) {
      await killSubscribers(outside, random);
      findings.runs++;
    }
    for (let silence = 0; silence < SILENCES[length]; silence++) {
      const goSilent = random.pick([strandSubscribers, strandEverything]);
      await goSilent(outside, setUp, proxies, findings);
      findings.runs++;
    }
    await untilQuick(sql, listeners, slowness);
    // What was given up is gone within moments, or it never will be.
    await eventually(async () => (await connectionsOf(outside)) <= before).catch(async () =>
      findings.broken.push(`${await connectionsOf(outside)} connections, and ${before} before`),
    );
    await traffic.stop();
    for (const { what, reply } of traffic.refusals)
      findings.broken.push(`${what} was refused: ${JSON.stringify(reply?.body)}`);
    await auditTraffic(sql, setUp, traffic, listeners, findings);
    outside.disconnect();
    await sql.end();
    await Promise.all(listeners.map(({ user }) => user.leave()));
    await setUp.stop();
    return findings;
  },
};

async function connectionsOf(outside: Redis): Promise<number> {
  return String(await outside.call("CLIENT", "LIST"))
    .trim()
    .split("\n").length;
}

/** At once after the last, or when the next subscriber has been there for a while. */
async function killSubscribers(outside: Redis, random: Random): Promise<void> {
  await outside.call("CLIENT", "KILL", "TYPE", "pubsub");
  await Bun.sleep(random.pick([0, 20, 100, 300]));
}

/** The links of the subscribers alone say nothing any more; all else is well, new links too. */
async function strandSubscribers(
  outside: Redis,
  setUp: SetUp,
  { redis }: Proxies,
  findings: Findings,
): Promise<void> {
  const subscribers = await eventually(async () => {
    const all = await peersOf(outside, "TYPE", "pubsub");
    return all.length === setUp.engines().length && all;
  });
  const hasNoticed = noticing(setUp.engines());
  redis.strand(new Set(subscribers.map((address) => Number(address.split(":")[1]))));
  await untilAll(setUp.engines(), hasNoticed, findings);
  await untilAll(setUp.engines(), isWell, findings);
  await forget(outside, subscribers);
}

/** No link of now says anything any more, nor does a new one, until everybody has noticed. */
async function strandEverything(
  outside: Redis,
  setUp: SetUp,
  { redis }: Proxies,
  findings: Findings,
): Promise<void> {
  const stranded = await peersOf(outside, "TYPE", "pubsub");
  stranded.push(...(await peersOf(outside, "TYPE", "normal")));
  const hasNoticed = noticing(setUp.engines());
  redis.strand();
  redis.blackHole();
  await untilAll(setUp.engines(), hasNoticed, findings);
  redis.pass();
  await untilAll(setUp.engines(), isWell, findings);
  await forget(outside, stranded);
}

/** @returns the addresses of clients, as Redis sees them */
async function peersOf(outside: Redis, ...which: string[]): Promise<string[]> {
  const list = String(await outside.call("CLIENT", "LIST", ...which));
  return [...list.matchAll(/ addr=(\S+)/g)].flatMap((match) => match[1] ?? []);
}

/** Nobody told Redis that these links are dead; after some minutes it would find out. */
async function forget(outside: Redis, addresses: readonly string[]): Promise<void> {
  for (const address of addresses)
    await outside.call("CLIENT", "KILL", "ADDR", address, "SKIPME", "yes");
}

/** Waits until every process says of itself that it is so, and notes how long that took. */
async function untilAll(
  engines: readonly Engine[],
  isSo: (engine: Engine) => boolean | Promise<boolean>,
  findings: Findings,
): Promise<void> {
  const since = performance.now();
  await Promise.all(
    engines.map(async (engine) => {
      await eventually(() => isSo(engine), { timeoutMs: 30_000 });
      findings.waited(performance.now() - since);
    }),
  );
}

/** What tells that a process has noticed from now on; it may be over it a moment later, but its log keeps it. */
function noticing(engines: readonly Engine[]): (engine: Engine) => boolean {
  const marks = new Map(engines.map((engine) => [engine, engine.logs().length]));
  return (engine) => engine.logs().slice(marks.get(engine)).includes("Redis is away");
}

const isWell = async ({ url }: Engine) => (await statusOf(url)) === "ok";

async function statusOf(url: string): Promise<string> {
  return ((await (await fetch(`${url}/ready`)).json()) as { status: string }).status;
}
