import { beforeAll, beforeEach, describe, expect, setDefaultTimeout, test } from "bun:test";
import { backlogSeconds } from "../../src/event/backlog.ts";
import { appendEvents, readLogEnd, readTopics } from "../../src/event/store.ts";
import { formatCursor, parseCursor, type Position } from "../../src/event/event.ts";
import { Retention } from "../../src/job/retention.ts";
import { claimJobs, finishJob } from "../../src/job/store.ts";
import { connect, disconnect } from "../../src/postgres/connect.ts";
import { EmbeddedPostgres } from "../../src/postgres/embedded/embedded-postgres.ts";
import { DatabaseHealth } from "../../src/postgres/health.ts";
import { migrate } from "../../src/postgres/migrate.ts";
import type { Database } from "../../src/postgres/sql.ts";
import { atTheEnd } from "../support/child.ts";
import { eventually } from "../support/eventually.ts";
import { temporaryFolder } from "../support/folder.ts";
import { freshDatabaseBy } from "../support/pgbouncer.ts";

setDefaultTimeout(120_000);

const BATCH = 10;
const userId = crypto.randomUUID();
const topic = `user:${userId}` as const;

const DATABASES = {
  server: async () => connect({ url: await freshDatabaseBy("direct") }, 10),
  pooled: async () => connect({ url: await freshDatabaseBy("pgbouncer") }, 10),
  embedded: async () => {
    const postgres = new EmbeddedPostgres({ dataDir: temporaryFolder("retention") });
    await postgres.start();
    atTheEnd(() => postgres.stop());
    return connect({ socketPath: postgres.socketPath }, 1);
  },
} as const;

describe.each(["server", "pooled", "embedded"] as const)("on the %s database", (name) => {
  let sql: Database;
  beforeAll(async () => {
    sql = await DATABASES[name]();
    await migrate(sql);
    atTheEnd(() => disconnect(sql, 1));
  });
  beforeEach(async () => void (await sql`truncate events, jobs`));

  /** One event in a transaction of its own. @returns its cursor */
  async function event(payload: string, age = "0"): Promise<string> {
    const [stored] = await appendEvents(sql, [
      { userId, tenantId: userId, topic, type: "document.deleted", payload: { payload } },
    ]);
    await sql`update events set created_at = now() - ${age}::text::interval
      where xid::text || '-' || id = ${stored?.cursor ?? ""}`;
    return stored?.cursor ?? "";
  }

  async function job(status: string, finished: string | null, kind = "ingest"): Promise<string> {
    const id = Bun.randomUUIDv7();
    await sql`insert into jobs (kind, id, status, finished_at)
      values (${kind}, ${id}, ${status}, now() - ${finished}::text::interval)`;
    return id;
  }

  /** The log's end, once it is past an event: any transaction under way on the server holds it back. */
  async function endAfter(cursor: string): Promise<string> {
    const { xid } = parseCursor(cursor) ?? { xid: 0n };
    return await eventually(async () => {
      const end = await readLogEnd(sql);
      return end.xid > xid && formatCursor(end);
    });
  }

  const purge = () => new Retention(sql, new DatabaseHealth(), BATCH).runOnce();
  const told = async () => {
    const events = await readTopics(sql, [topic], { xid: 0n, id: 0n }, 1e9, 1_000);
    return events.map(({ payload }) => String(payload["payload"]));
  };
  const jobIds = async () =>
    (await sql<{ id: string }[]>`select id from jobs order by id`).map(({ id }) => id);

  test("events of more than a day go, but for the newest of them; younger ones stay", async () => {
    for (let i = 0; i < 35; i++) await event(`old ${i}`, "25 hours");
    await event("nearly a day", "23 hours 59 minutes");
    await event("young");
    expect(await purge()).toBe(34);
    expect(await told()).toEqual(["old 34", "nearly a day", "young"]);
    expect(await purge()).toBe(0);
  });

  test("an event whose transaction began long before those around it holds up nothing that is due", async () => {
    await event("old", "2 days");
    await event("told late", "26 hours");
    await event("young", "1 hour");
    await event("begun long ago", "3 days");
    await purge();
    expect(await told()).toEqual(["told late", "young", "begun long ago"]);
  });

  test("jobs that succeeded go after 30 days; younger, failed and waiting ones stay", async () => {
    for (let i = 0; i < 25; i++) await job("success", "31 days");
    const kept = [
      await job("success", "29 days"),
      await job("failed", "400 days"),
      await job("queued", null),
    ];
    expect(await purge()).toBe(25);
    expect(await jobIds()).toEqual(kept);
  });

  test("deliveries, of which every message has one, go after an hour, notifications after a day", async () => {
    await job("success", "61 minutes", "deliver");
    await job("success", "25 hours", "notify");
    const kept = [
      await job("success", "59 minutes", "deliver"),
      await job("success", "23 hours", "notify"),
      await job("failed", "400 days", "deliver"),
      await job("failed", "400 days", "notify"),
    ];
    expect(await purge()).toBe(2);
    expect(await jobIds()).toEqual(kept);
  });

  test("a replay tells all of its time and nothing before, page by page, in whatever order it was begun", async () => {
    for (const age of ["3 hours", "2 hours", "14 minutes"]) await event("too old", age);
    await event("young", "5 minutes");
    await event("begun before it", "9 minutes");
    await event("younger", "1 minute");
    const read: string[] = [];
    let after: Position | undefined = { xid: 0n, id: 0n };
    while (after) {
      const [next] = await readTopics(sql, [topic], after, 600, 1);
      if (next) read.push(String(next.payload["payload"]));
      after = next && parseCursor(next.cursor);
    }
    expect(read).toEqual(["young", "begun before it", "younger"]);
  });

  describe("a client that comes back", () => {
    test("replays from a cursor in a log that was never purged, be it before its first event", async () => {
      const before = formatCursor(await readLogEnd(sql));
      const first = await event("first", "2 hours");
      await event("second", "1 hour");
      expect(await backlogSeconds(sql, before)).toBeGreaterThanOrEqual(2 * 3_600);
      expect(await backlogSeconds(sql, first)).toBeGreaterThanOrEqual(2 * 3_600);
    });

    test("is told to reload if something it missed has gone, and not if nothing has", async () => {
      const before = formatCursor(await readLogEnd(sql));
      const gone = await event("gone", "3 days");
      const alsoGone = await event("gone, too", "3 days");
      const floor = await event("floor", "2 days");
      const betweenThem = await endAfter(floor);
      const young = await event("young", "1 hour");
      const outcomes = () =>
        Promise.all([before, gone, alsoGone].map((c) => backlogSeconds(sql, c)));
      expect(await outcomes()).toEqual([undefined, undefined, undefined]);
      await purge();
      expect(await outcomes()).toEqual([undefined, undefined, undefined]);
      expect(await backlogSeconds(sql, floor)).toBeUndefined();
      expect(await backlogSeconds(sql, betweenThem)).toBeGreaterThan(0);
      expect(await backlogSeconds(sql, young)).toBeGreaterThan(0);
    });

    test("to a system that has been idle for days has missed nothing", async () => {
      for (let i = 0; i < 5; i++) await event("read", "5 days");
      const last = await event("the last", "4 days");
      const end = await endAfter(last);
      await purge();
      expect(await backlogSeconds(sql, end)).toBeGreaterThan(0);
      // What it names is itself older than what is kept.
      expect(await backlogSeconds(sql, last)).toBeUndefined();
    });

    test("with no cursor of this log is told to reload", async () => {
      expect(await backlogSeconds(sql, "nonsense")).toBeUndefined();
      expect(await backlogSeconds(sql, "9000000000000000000-1")).toBeUndefined();
    });
  });

  test("several processes purge at once while the queue and the log go on", async () => {
    for (let i = 0; i < 60; i++) await job("success", "40 days");
    for (let i = 0; i < 60; i++) await event(`old ${i}`, "2 days");
    const jobs = Array.from({ length: 30 }, () => job("queued", null));
    const queued = (await Promise.all(jobs)).toSorted();
    const work = async () => {
      for (const claimed of await claimJobs(sql, "ingest", 5, 30)) {
        await finishJob(sql, claimed);
        await event(`done ${claimed.id}`);
      }
    };
    await Promise.all([purge(), purge(), purge(), ...Array.from({ length: 6 }, work)]);
    await purge();
    expect(await jobIds()).toEqual(queued);
    const [floor, ...done] = await told();
    expect(floor).toBe("old 59");
    expect(done.toSorted()).toEqual(queued.map((id) => `done ${id}`));
  });
});
