import postgres from "postgres";
import type { Client } from "../../support/client.ts";
import type { Engine } from "../../support/engine.ts";
import { eventually } from "../../support/eventually.ts";
import type { LiveSocket } from "../../support/live-socket.ts";
import { networked } from "../../support/set-up.ts";
import { eventsOf } from "../audit.ts";
import { appendEvents } from "../events.ts";
import { Follower } from "../follower.ts";
import type { Random } from "../../support/random.ts";
import { Findings, type Scenario } from "../scenario.ts";

const USERS = 50;
const SOCKETS_PER_USER = 20;
const RESTARTS = { short: 1, long: 6 } as const;
const EVENTS_EVERY_MS = 250;
/** Clients spread their return. */
const RETURN_MS_MAX = 500;
const SHUTDOWN_MS = 20_000;
const RESTARTING = 1012;
const SETTLE_MS = 30_000;

export const apiRestart: Scenario = {
  name: "api-restart",
  promise:
    "SIGTERM of one of two API processes with 1,000 sockets: each is closed with 1012, the process exits in time, and the clients miss nothing at the other one.",
  reachMs: SHUTDOWN_MS,
  run: async ({ length, random }) => {
    const setUp = await networked({ compiled: true });
    const sql = postgres(setUp.network?.databaseUrl ?? "", { max: 4 });
    const findings = new Findings();
    const second = await setUp.network?.add("api");
    if (!second) throw new Error("The set-up has no network to add a process to.");
    const users = await Promise.all(Array.from({ length: USERS }, () => setUp.user()));
    const followers = users.flatMap((user) =>
      Array.from({ length: SOCKETS_PER_USER }, () => new Follower(user)),
    );
    let [old, next]: [Engine, Engine] = [setUp.api(), second];
    let sockets = await connectAll(followers, old.url);
    const done = new AbortController();
    const telling = tellAll(sql, users, done.signal);
    for (let restart = 0; restart < RESTARTS[length]; restart++) {
      const back = sockets.map((socket, index) =>
        comeBack(followers[index], socket, next.url, random, findings),
      );
      await stopInTime(old, findings);
      sockets = await Promise.all(back);
      [old, next] = [next, await old.again()];
      findings.runs++;
    }
    done.abort();
    await telling;
    await auditAll(sql, users, followers, findings);
    await Promise.all(followers.map((follower) => follower.leave(true)));
    await next.stop();
    await sql.end();
    await setUp.stop();
    return findings;
  },
};

function connectAll(followers: readonly Follower[], url: string): Promise<LiveSocket[]> {
  return Promise.all(followers.map((follower) => follower.connect(url)));
}

/** An event for every user, again and again. */
async function tellAll(
  sql: postgres.Sql,
  users: readonly Client[],
  signal: AbortSignal,
): Promise<void> {
  const ids = users.map(({ userId }) => userId);
  while (!signal.aborted) {
    await appendEvents(sql, ids);
    await Bun.sleep(EVENTS_EVERY_MS);
  }
}

/** Waits for its socket to be closed, and connects to the other process. */
async function comeBack(
  follower: Follower | undefined,
  socket: LiveSocket,
  url: string,
  random: Random,
  findings: Findings,
): Promise<LiveSocket> {
  if (!follower) throw new Error("Every socket has its follower.");
  const { code } = await socket.closed;
  if (code !== RESTARTING) findings.broken.push(`a socket was closed with ${code}`);
  await Bun.sleep(random.between(0, RETURN_MS_MAX));
  return await follower.connect(url);
}

async function stopInTime(engine: Engine, findings: Findings): Promise<void> {
  const toldAt = performance.now();
  engine.kill("SIGTERM");
  const code = await engine.exited;
  findings.waited(performance.now() - toldAt);
  if (code !== 0) findings.broken.push(`the process ended with exit code ${code}`);
  if (performance.now() - toldAt > SHUTDOWN_MS + 1_000)
    findings.broken.push("the process took longer than SHUTDOWN_SECONDS");
}

async function auditAll(
  sql: postgres.Sql,
  users: readonly Client[],
  followers: readonly Follower[],
  findings: Findings,
): Promise<void> {
  for (const { userId } of users) {
    const own = followers.filter(({ user }) => user.userId === userId);
    for (const follower of own) {
      const due = await eventsOf(sql, userId, follower.begin);
      const ids = due.map(({ id }) => id);
      await eventually(() => follower.hasSeen(ids), { timeoutMs: SETTLE_MS }).catch(
        () => undefined,
      );
      follower.audit(due, findings);
    }
  }
}
