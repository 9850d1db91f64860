import postgres from "postgres";
import { breakableNetworkOf, networked } from "../../support/set-up.ts";
import { slownessOf, untilQuick } from "../quick.ts";
import type { Random } from "../../support/random.ts";
import { Findings, type Scenario } from "../scenario.ts";
import { auditTraffic, listenThrough, longestWaitMs, Traffic } from "../traffic.ts";

const SECONDS = { short: 5, long: 60 } as const;
const FAULT_MAX_MS = { short: 1_500, long: 5_000 } as const;
const CALL_EVERY_MS = 200;
/** So long after Redis is back everything is as quick as ever. */
const RECOVERY_MS = 5_000;

export const redisTrouble: Scenario = {
  name: "redis-trouble",
  promise:
    "With Redis black-holed, killed, restarted or flushed at random, every document is ingested, every socket sees every event, no worker idles while there is work, and all is quick again within 5 s.",
  reachMs: 3_000,
  run: async ({ length, random }) => {
    const setUp = await networked({ compiled: true, proxied: true });
    const network = breakableNetworkOf(setUp);
    const apis = [setUp.api(), await network.add("api")];
    const sql = postgres(network.databaseUrl, { max: 2 });
    const listeners = await Promise.all(apis.map((api) => listenThrough(setUp, api)));
    const slowness = await slownessOf(listeners);
    const findings = new Findings();
    const traffic = new Traffic(listeners, random, CALL_EVERY_MS);
    const endAt = performance.now() + SECONDS[length] * 1_000;
    while (performance.now() < endAt) {
      await makeTrouble(network, random, FAULT_MAX_MS[length]);
      findings.runs++;
    }
    await mend(network);
    const recoveryMs = await untilQuick(sql, listeners, slowness);
    if (length === "long" && recoveryMs > RECOVERY_MS)
      findings.broken.push(`quick again after ${recoveryMs.toFixed(0)} ms`);
    await traffic.stop();
    for (const { what, reply } of traffic.refusals)
      findings.broken.push(`${what} was refused: ${JSON.stringify(reply?.body)}`);
    await auditTraffic(sql, setUp, traffic, listeners, findings);
    findings.waited(await longestWaitMs(sql));
    await sql.end();
    await Promise.all(listeners.map(({ user }) => user.leave()));
    await setUp.stop();
    return findings;
  },
};

type BreakableNetwork = ReturnType<typeof breakableNetworkOf>;

/** One fault, for a while, and then a moment of peace or the next one at once. */
async function makeTrouble({ proxies, redis }: BreakableNetwork, random: Random, maxMs: number) {
  const wire = proxies.redis;
  const fault = random.pick(["black hole", "strand", "reset", "slow", "kill", "restart", "flush"]);
  if (fault === "black hole") wire.blackHole();
  else if (fault === "strand") wire.strand();
  else if (fault === "reset") wire.reset();
  else if (fault === "slow") wire.delay(random.between(50, 500));
  else if (fault === "flush") await redis.flush();
  else if (fault === "restart") await redis.restart();
  else await redis.kill();
  await Bun.sleep(random.between(maxMs / 10, maxMs));
  if (fault === "kill") await redis.restart();
  wire.pass();
  if (random.next() < 0.5) await Bun.sleep(random.between(100, maxMs / 2));
}

async function mend({ proxies, redis }: BreakableNetwork): Promise<void> {
  proxies.redis.pass();
  await redis.restart();
}
