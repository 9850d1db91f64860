import { expect, setDefaultTimeout, test } from "bun:test";
import { GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import postgres from "postgres";
import { eventually } from "./eventually.ts";
import { freshDatabaseBy, startPgbouncer } from "./pgbouncer.ts";
import { freshDatabase, startServer } from "./postgres.ts";
import { startRedis } from "./redis.ts";
import { startS3 } from "./s3.ts";

setDefaultTimeout(120_000);

test("every fresh database is empty and its own", async () => {
  const [first, second] = [await freshDatabase(), await freshDatabase()];
  const one = postgres(first, { max: 1 });
  await one`create table only_here (id int)`;
  await one.end();
  const other = postgres(second, { max: 1 });
  const rows = await other`select to_regclass('only_here') as found`;
  await other.end();
  expect(rows[0]).toEqual({ found: null });
});

test("a Redis comes back on the same port, empty", async () => {
  const redis = await startRedis();
  const client = redis.client();
  await client.set("key", "value");
  await redis.kill();
  await redis.restart();
  expect(await client.get("key")).toBeNull();
  client.disconnect();
  await redis.stop();
});

test("the S3 server stores, ranges, lists and removes", async () => {
  const s3 = await startS3();
  const client = s3.client();
  const where = { Bucket: s3.bucket, Key: "workspace/a b/c.txt" };
  await client.send(new PutObjectCommand({ ...where, Body: "0123456789" }));
  const part = await client.send(new GetObjectCommand({ ...where, Range: "bytes=2-4" }));
  expect(await part.Body?.transformToString()).toBe("234");
  expect(await s3.keys()).toEqual([where.Key]);
  await s3.empty();
  expect(await s3.keys()).toEqual([]);
  await s3.stop();
});

test("PgBouncer gives every transaction another server connection", async () => {
  const sql = postgres(await freshDatabaseBy("pgbouncer"), { max: 1, prepare: false });
  const backend = async (on: postgres.ISql) => {
    const [row] = await on<{ pid: number }[]>`select pg_backend_pid() as pid`;
    return row?.pid;
  };
  expect(new Set([await backend(sql), await backend(sql), await backend(sql)]).size).toBe(3);
  const inOne = await sql.begin(async (tx) => [await backend(tx), await backend(tx)]);
  expect(new Set(inOne).size).toBe(1);
  await sql.end();
});

test("a client behind PgBouncer that relies on named prepared statements is seen in the server's log", async () => {
  const server = await startServer();
  const pooler = await startPgbouncer(server);
  const url = await pooler.through(server.url);
  const asked = async (prepare: boolean) => {
    const sql = postgres(url, { max: 1, prepare });
    for (let i = 0; i < 3; i++) await sql`select ${1}::int as one`;
    await sql.end();
  };
  await asked(false);
  expect(server.logs()).not.toContain("prepared statement");
  await asked(true);
  await eventually(() => server.logs().includes("prepared statement"));
  await pooler.stop();
  await server.stop();
});
