import { expect, test } from "bun:test";
import postgres from "postgres";
import { connect, disconnect } from "../../src/postgres/connect.ts";
import { eventually } from "../support/eventually.ts";
import { freshDatabase } from "../support/postgres.ts";

test("what a server said as it cut a connection is no answer to the first query on the next", async () => {
  const url = await freshDatabase();
  const sql = connect({ url }, 1);
  const other = postgres(url, { max: 1 });
  for (let round = 0; round < 3; round++) {
    const [own] = await sql<{ pid: number }[]>`select pg_backend_pid() as pid`;
    const cutOff = sql`select pg_sleep(60)`.then(
      () => undefined,
      (error: unknown) => error,
    );
    await eventually(async () => {
      const [busy] = await other`
        select pg_terminate_backend(pid) from pg_stat_activity
        where pid = ${own?.pid ?? 0} and query like '%pg_sleep%' and state = 'active'`;
      return busy;
    });
    expect(await cutOff).toBeInstanceOf(Error);
    const [next] = await sql<{ n: number }[]>`select 1 as n`;
    expect(next?.n).toBe(1);
  }
  await other.end();
  await disconnect(sql, 1);
});
