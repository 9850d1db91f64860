import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { transact } from "../../src/event/announce.ts";
import { InProcessBus } from "../../src/event/in-process-bus.ts";
import { connect, disconnect } from "../../src/postgres/connect.ts";
import { migrate } from "../../src/postgres/migrate.ts";
import type { Database, Sql } from "../../src/postgres/sql.ts";
import { eventually } from "../support/eventually.ts";
import { freshDatabaseBy, ROUTES } from "../support/pgbouncer.ts";

setDefaultTimeout(120_000);

describe.each(ROUTES)("%s", (route) => {
  let url: string;
  let sql: Database;
  const bus = new InProcessBus();
  const user = { userId: crypto.randomUUID(), tenantId: "tenant", topic: "user:somebody" as const };

  beforeAll(async () => {
    url = await freshDatabaseBy(route);
    sql = connect({ url }, 4);
    await migrate(sql);
  });
  afterAll(() => disconnect(sql, 1));

  const rename = (tx: Sql, id: string) =>
    tx`update workspaces set name = name || '!' where id = ${id}`;

  test("of two transactions that lock each other out both get through, each told once", async () => {
    const rows = await sql<{ id: string }[]>`
    insert into workspaces (user_id, tenant_id, name)
    select ${user.userId}, ${user.tenantId}, 'w' from generate_series(1, 2) returning id`;
    const [a = "", b = ""] = rows.map((row) => row.id);
    let attempts = 0;
    const holding = new Set<string>();
    const bothHoldOne = Promise.withResolvers<void>();

    const crossing = (name: string, one: string, other: string) =>
      transact(sql, bus, async (tx, announce) => {
        attempts++;
        await rename(tx, one);
        if (holding.add(name).size === 2) bothHoldOne.resolve();
        await bothHoldOne.promise;
        await rename(tx, other);
        await announce.events([{ ...user, type: "document.deleted", payload: { name } }]);
      });

    await Promise.all([crossing("first", a, b), crossing("second", b, a)]);
    expect(attempts).toBeGreaterThan(2);
    const names = await sql<{ name: string }[]>`select name from workspaces`;
    expect(names.map(({ name }) => name)).toEqual(["w!!", "w!!"]);
    const told = await sql<
      { name: string }[]
    >`select payload ->> 'name' as name from events order by 1`;
    expect(told.map(({ name }) => name)).toEqual(["first", "second"]);
  });

  test("what fails for a reason of its own is run once", async () => {
    let attempts = 0;
    const failing = transact(sql, bus, () => {
      attempts++;
      return Promise.reject(new Error("no"));
    });
    await expect(failing).rejects.toThrow("no");
    expect(attempts).toBe(1);
  });

  test("a transaction whose connection is cut ends, and sends no statement of its own any more", async () => {
    const [row] = await sql<{ id: string }[]>`
    insert into workspaces (user_id, tenant_id, name) values (${user.userId}, 'tenant', 'cut') returning id`;
    const id = row?.id ?? "";
    const goOn = Promise.withResolvers<void>();
    const own = connect({ url }, 1);
    const cut = transact(own, bus, async (tx) => {
      await rename(tx, id);
      const [backend] = await tx<{ pid: number }[]>`select pg_backend_pid() as pid`;
      await sql`select pg_terminate_backend(${backend?.pid ?? 0})`;
      await goOn.promise;
      await rename(tx, id);
    });
    await expect(cut).rejects.toThrow("CONNECTION_CLOSED");
    await eventually(() => own`select 1`);
    // The only connection is somebody else's transaction now.
    await transact(own, bus, async (tx) => {
      await rename(tx, id);
      goOn.resolve();
      for (let turn = 0; turn < 10; turn++) await tx`select 1`;
    });
    const [after] = await sql<{ name: string }[]>`select name from workspaces where id = ${id}`;
    expect(after?.name).toBe("cut!");
    await disconnect(own, 1);
  });
});
