import { Client } from "../../support/client.ts";
import type { Engine } from "../../support/engine.ts";
import { eventually } from "../../support/eventually.ts";
import type { LiveSocket } from "../../support/live-socket.ts";
import { addMember } from "../../support/people.ts";
import { presenceOf, shows } from "../../support/presence.ts";
import type { RedisServer } from "../../support/redis.ts";
import { networked } from "../../support/set-up.ts";
import { Findings, type Scenario } from "../scenario.ts";

const KILLS = { short: 1, long: 2 } as const;
/** What the killed process told of lasts for so long at most. */
const TTL_MS = 60_000;
/** The short form takes this from what they have left. */
const SKIPPED_MS = 55_000;
const POLL_MS = 200;
/** Until it is noticed, told and heard of. */
const SLACK_MS = 3_000;

export const presenceGhost: Scenario = {
  name: "presence-ghost",
  promise:
    "When an API process is killed, who was connected to it alone is offline within a minute, for all to see; who is connected to another stays online all the time.",
  reachMs: TTL_MS + SLACK_MS,
  run: async ({ length }) => {
    const setUp = await networked({ compiled: true });
    const other = await setUp.network?.add("api");
    if (!other || !setUp.network) throw new Error("The set-up has no network.");
    const findings = new Findings();
    const { redis } = setUp.network;
    const hurried = length === "short" ? redis : undefined;
    for (let kill = 0; kill < KILLS[length]; kill++) {
      const victim = setUp.api();
      const [ghost, both, owner] = [await setUp.user(), await setUp.user(), await setUp.user()];
      const room = await roomOf(owner, ghost, both);
      const team = { ghost, both, watcher: at(other, owner), room };
      await killUnder(team, { victim, other }, hurried, findings);
      setUp.replace(victim, await victim.again());
      findings.runs++;
    }
    await setUp.stop();
    return findings;
  },
};

interface Team {
  /** Is connected to the process that is killed. */
  readonly ghost: Client;
  /** Is connected to both. */
  readonly both: Client;
  /** Asks and listens at the other one. */
  readonly watcher: Client;
  readonly room: string;
}

async function roomOf(owner: Client, ...others: readonly Client[]): Promise<string> {
  const { id } = await owner.createWorkspace();
  for (const other of others) await addMember(owner, id, other, "viewer");
  return id;
}

/** @param hurried where the time that the dead one's connections have left is cut short */
async function killUnder(
  { ghost, both, watcher, room }: Team,
  { victim, other }: { readonly victim: Engine; readonly other: Engine },
  hurried: RedisServer | undefined,
  findings: Findings,
): Promise<void> {
  const listening = await watcher.connect();
  const doomed = [await ghost.connect(), await both.connect()];
  const kept = await at(other, both).connect();
  for (const one of [ghost, both]) await shows(watcher, room, one, "online");
  victim.kill("SIGKILL");
  await victim.exited;
  const killedAt = performance.now();
  if (hurried) await hurry(hurried, ghost.userId, doomed);
  const isGone = async () => {
    const { items } = await presenceOf(watcher, room);
    const status = ({ userId }: Client) => items.find((one) => one.user_id === userId)?.status;
    if (status(both) !== "online") findings.broken.push(`who is there is ${status(both)}`);
    return status(ghost) === "offline";
  };
  await eventually(isGone, { timeoutMs: 2 * TTL_MS, pollMs: POLL_MS });
  const isTold = () => offlineOf(listening).includes(ghost.userId);
  await eventually(isTold).catch(() => findings.lost.push("that the user is offline"));
  findings.waited(performance.now() - killedAt);
  if (offlineOf(listening).includes(both.userId))
    findings.broken.push("told that one is offline who is there");
  await Promise.all([listening.close(), kept.close()]);
}

/** Who a socket was told is offline. */
function offlineOf(socket: LiveSocket): string[] {
  return socket
    .ofType("presence.updated")
    .map(({ payload }) => payload as { user_id: string; status: string })
    .filter(({ status }) => status === "offline")
    .map(({ user_id }) => user_id);
}

/** Lets time pass for some connections alone, and for a user who has no other. */
async function hurry(
  redis: RedisServer,
  userId: string,
  sockets: readonly LiveSocket[],
): Promise<void> {
  const client = redis.client();
  for (const { frames } of sockets) {
    const ready = frames[0]?.payload as { user_id: string; connection_id: string };
    await client.zincrby(`presence:user:${ready.user_id}`, -SKIPPED_MS, ready.connection_id);
  }
  await client.zincrby("presence:users", -SKIPPED_MS, userId);
  await client.quit();
}

function at({ url }: Engine, { token, userId }: Client): Client {
  return new Client(url, token, userId);
}
