import postgres from "postgres";
import { eventually } from "../../support/eventually.ts";
import { networked, type SetUp } from "../../support/set-up.ts";
import { eventsOf } from "../audit.ts";
import { appendEvents, Questioner } from "../events.ts";
import { Follower } from "../follower.ts";
import type { Random } from "../../support/random.ts";
import { Findings, type Scenario } from "../scenario.ts";

/**
 * How many events at least, for how long a client stays, and for how long a transaction may stay open: one
 * that commits late stands before others in the log, and after them in time.
 */
const SIZE = {
  short: { events: 300, stayMs: [100, 800], restMs: 30, holdMs: 600 },
  long: { events: 2_000, stayMs: [500, 5_000], restMs: 60, holdMs: 3_000 },
} as const;
type Size = (typeof SIZE)["short" | "long"];

const FOLLOWERS = 3;
/** It only bounds a hang. */
const SETTLE_MS = 60_000;

export const reconnecting: Scenario = {
  name: "reconnecting",
  promise:
    "A client that reconnects all the time with `since` sees every event at least once; with one too old it is told to resync.",
  run: async ({ length, random }) => {
    const size = SIZE[length];
    const setUp = await networked({ compiled: true });
    const sql = postgres(setUp.network?.databaseUrl ?? "", { max: 8 });
    const findings = new Findings();
    const user = await setUp.user();
    const followers = Array.from({ length: FOLLOWERS }, () => new Follower(user));
    for (const follower of followers) await follower.connect();
    const begin = followers[0]?.begin ?? "";
    const made = new AbortController();
    const following = followers.map((each) => comeAndGo(each, size, random, made.signal, findings));
    await makeEvents(setUp, sql, user, size, random);
    made.abort();
    await Promise.all(following);
    const due = await settledEvents(sql, user.userId, begin);
    const ids = due.map(({ id }) => id);
    await eventually(() => followers.every((follower) => follower.hasSeen(ids)), {
      timeoutMs: SETTLE_MS,
    }).catch(() => undefined);
    for (const follower of followers) follower.audit(due, findings);
    await comeTooLate(sql, followers[0], findings);
    for (const follower of followers) await follower.leave(true);
    await sql.end();
    await setUp.stop();
    return findings;
  },
};

/** Stays a while and comes back at once, until all has happened; then it stays. */
async function comeAndGo(
  follower: Follower,
  { stayMs: [shortest, longest] }: Size,
  random: Random,
  signal: AbortSignal,
  findings: Findings,
): Promise<void> {
  while (!signal.aborted) {
    await Bun.sleep(random.between(shortest, longest));
    await follower.leave(random.next() < 0.5);
    await follower.connect();
    findings.runs++;
  }
}

/** Rows of another tool, some committed late, and the engine's own events. */
async function makeEvents(
  setUp: SetUp,
  sql: postgres.Sql,
  user: Follower["user"],
  { events, restMs, holdMs }: Size,
  random: Random,
): Promise<void> {
  const questioner = new Questioner(user);
  const open: Promise<void>[] = [];
  for (let made = 0; made < events;) {
    const count = random.between(1, 3);
    const ids = Array.from({ length: count }, () => user.userId);
    const late = random.next() < 0.05;
    open.push(appendEvents(sql, ids, late ? random.between(100, holdMs) : 0));
    // The pool has eight connections: those who hold theirs must leave some to the others.
    if (late && open.length > 4) await Promise.all(open.splice(0));
    made += count;
    if (random.next() < 0.1) await questioner.ask(random);
    await Bun.sleep(random.between(0, restMs));
  }
  await Promise.all(open);
  if (setUp.api().hasEnded()) throw new Error("The API process has ended.");
}

/** What there is to be seen, once the engine adds nothing any more. */
async function settledEvents(sql: postgres.Sql, userId: string, begin: string) {
  let known = -1;
  return await eventually(
    async () => {
      const [open] = await sql<{ count: number }[]>`
        select count(*)::int as count from answer_jobs where status in ('queued', 'running')`;
      const due = await eventsOf(sql, userId, begin);
      const settled = open?.count === 0 && due.length === known;
      known = due.length;
      return settled && due;
    },
    { timeoutMs: SETTLE_MS, pollMs: 200 },
  );
}

/** A day passes while it is away. */
async function comeTooLate(
  sql: postgres.Sql,
  follower: Follower | undefined,
  findings: Findings,
): Promise<void> {
  await follower?.leave(true);
  await sql`update events set created_at = created_at - interval '25 hours'`;
  const socket = await follower?.connect();
  await socket?.waitFor("resync_required").catch(() => {
    findings.broken.push("a cursor older than a day was not answered by resync_required");
  });
}
