import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { connect, disconnect } from "../../src/postgres/connect.ts";
import type { Database } from "../../src/postgres/sql.ts";
import { freshDatabase } from "../support/postgres.ts";

setDefaultTimeout(120_000);

let sql: Database;
beforeAll(async () => (sql = connect({ url: await freshDatabase() }, 1)));
afterAll(() => disconnect(sql, 1));

test("arrays arrive element by element, whatever is in them", async () => {
  const texts = ["plain", "", "a,b", "{c}", 'd"e', "f\\g", "NULL", "两\n行", " spaced "];
  const rows = await sql<{ value: string }[]>`select value from unnest(${texts}::text[]) as value`;
  expect(rows.map(({ value }) => value)).toEqual(texts);
  const none = await sql`select value from unnest(${[] as string[]}::text[]) as value`;
  expect(none).toHaveLength(0);
});

test("numbers and ids are what they were", async () => {
  const id = crypto.randomUUID();
  const [row] = await sql`
    select (${[1, -2]}::integer[])[2] as "integer", (${["9007199254740993"]}::bigint[])[1]::text as "bigint",
      (${[0.5, 1e-7]}::float8[])[2] as "float", (${[id]}::uuid[])[1] as id`;
  expect(row).toEqual({ integer: -2, bigint: "9007199254740993", float: 1e-7, id });
});
