import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import {
  formatCursor,
  parseCursor,
  type Position,
  type StoredEvent,
} from "../../src/event/event.ts";
import {
  appendEvents,
  findEvents,
  readLog,
  readLogEnd,
  readTopics,
} from "../../src/event/store.ts";
import { connect, disconnect } from "../../src/postgres/connect.ts";
import { migrate } from "../../src/postgres/migrate.ts";
import type { Database } from "../../src/postgres/sql.ts";
import { eventually } from "../support/eventually.ts";
import { freshDatabaseBy, ROUTES } from "../support/pgbouncer.ts";

setDefaultTimeout(120_000);

describe.each(ROUTES)("%s", (route) => {
  const userId = crypto.randomUUID();
  const eventOf = (name: string) => ({
    userId,
    tenantId: "tenant-1",
    topic: "user:somebody" as const,
    type: "document.deleted" as const,
    payload: { name },
  });

  let sql: Database;
  beforeAll(async () => {
    sql = connect({ url: await freshDatabaseBy(route) }, 10);
    await migrate(sql);
  });
  afterAll(() => disconnect(sql, 1));

  /** Reads to the end of the log, as an API process does. */
  async function readOn(from: Position): Promise<{ names: string[]; position: Position }> {
    const { events, position } = await readLog(sql, from, 1_000);
    return { names: events.map((event) => String(event.payload["name"])), position };
  }

  /** The log's end, once it is past all that is stored: any transaction under way on the server holds it back. */
  async function settledEnd(): Promise<Position> {
    const [row] = await sql<{ newest: string }[]>`
      select coalesce(max(xid::text::bigint), 0)::text as newest from events`;
    return await eventually(async () => {
      const end = await readLogEnd(sql);
      return end.xid > BigInt(row?.newest ?? 0) && end;
    });
  }

  describe("the event log", () => {
    test("a page leaves out other tenants' events, but not that somebody came or left, and its end is the log's", async () => {
      const from = await settledEnd();
      const joined = { ...eventOf("joined"), type: "workspace.joined", tenantId: "far" } as const;
      const others = ["near", "far"].map((tenantId) => ({ ...eventOf(tenantId), tenantId }));
      const last = { ...eventOf("last"), tenantId: "far" };
      const stored = await appendEvents(sql, [...others, joined, last]);
      await settledEnd();
      const page = await readLog(sql, from, 1_000, ["near", "elsewhere"]);
      expect(page.events.map(({ payload }) => payload["name"])).toEqual(["near", "joined"]);
      expect(formatCursor(page.position)).toBe(stored.at(-1)?.cursor ?? "");
      expect(page.isEnd).toBe(true);
      const short = await readLog(sql, from, 2, ["elsewhere"]);
      expect(short).toMatchObject({ events: [], isEnd: false });
      expect(formatCursor(short.position)).toBe(stored[1]?.cursor ?? "");
    });

    test("a replay goes by the numbers of transactions, not by their digits, page by page", async () => {
      const topic = `user:${crypto.randomUUID()}` as const;
      const xids = ["98", "99", "100", "101", "998", "1000"];
      const stored = await appendEvents(
        sql,
        xids.map((name) => ({ ...eventOf(name), topic })),
      );
      for (const [index, xid] of xids.entries()) {
        await sql`update events set xid = ${xid}::text::xid8
          where xid::text || '-' || id = ${stored[index]?.cursor ?? ""}`;
      }
      const read: StoredEvent[] = [];
      let after: Position | undefined = { xid: 0n, id: 0n };
      while (after) {
        const page = await readTopics(sql, [topic], after, 600, 4);
        read.push(...page);
        after = parseCursor(page.at(-1)?.cursor ?? "");
      }
      expect(read.map(({ payload }) => payload["name"])).toEqual(xids);
      const found = await findEvents(
        sql,
        read.map(({ cursor }) => cursor),
      );
      expect(found).toEqual(read);
      await sql`delete from events where topic = ${topic}`;
    });

    test("an event of a transaction that commits late is not passed over", async () => {
      let position = await settledEnd();
      const late = await sql.reserve();
      await late`begin`;
      await appendEvents(late, [eventOf("first begun, last committed")]);
      await sql.begin((tx) => appendEvents(tx, [eventOf("second begun, first committed")]));
      const before = await readOn(position);
      position = before.position;
      await late`commit`;
      late.release();
      await settledEnd();
      const after = await readOn(position);
      expect([...before.names, ...after.names].toSorted()).toEqual([
        "first begun, last committed",
        "second begun, first committed",
      ]);
    });

    test("many writers at once: a reader that polls meanwhile sees each event once", async () => {
      let position = await settledEnd();
      const writers = Array.from({ length: 40 }, (_, writer) =>
        sql.begin(async (tx) => {
          await appendEvents(tx, [eventOf(`${writer} a`)]);
          await tx`select pg_sleep(${Math.random() / 50})`;
          await appendEvents(tx, [eventOf(`${writer} b`)]);
        }),
      );
      const seen: string[] = [];
      let writing = true;
      const written = Promise.all(writers).then(() => (writing = false));
      while (writing) {
        const read = await readOn(position);
        seen.push(...read.names);
        position = read.position;
      }
      await written;
      await settledEnd();
      seen.push(...(await readOn(position)).names);
      const all = writers.flatMap((_, writer) => [`${writer} a`, `${writer} b`]);
      expect(seen.toSorted()).toEqual(all.toSorted());
    });

    test("what is rolled back is never told", async () => {
      const position = await settledEnd();
      const undone = sql.begin(async (tx) => {
        await appendEvents(tx, [eventOf("never")]);
        throw new Error("undo");
      });
      await expect(undone).rejects.toThrow("undo");
      expect((await readOn(position)).names).toEqual([]);
    });
  });

  describe("a cursor", () => {
    test("survives its way through a client, however large its numbers", () => {
      const position = { xid: 9_007_199_254_740_993n, id: 9_007_199_254_740_995n };
      expect(parseCursor(formatCursor(position))).toEqual(position);
    });

    test("that is none of ours is told apart", () => {
      for (const text of ["", "abc", "1", "1-", "-1-2", "1-2-3", "1e3-2", `${"9".repeat(30)}-1`])
        expect(parseCursor(text)).toBeUndefined();
    });
  });
});
