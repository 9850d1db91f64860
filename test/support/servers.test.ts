import { expect, setDefaultTimeout, test } from "bun:test";
import { GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import postgres from "postgres";
import { startPooler } from "./pooler.ts";
import { freshDatabase } from "./postgres.ts";
import { startRedis } from "./redis.ts";
import { startS3 } from "./s3.ts";

setDefaultTimeout(60_000);

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

test("the pooler gives every transaction another server connection", async () => {
  const pooler = await startPooler(await freshDatabase());
  const sql = postgres(pooler.url, { max: 1, prepare: false });
  await sql`select set_config('application_name', 'left behind', false)`;
  const later = [];
  for (let i = 0; i < 3; i++)
    later.push(await sql`select current_setting('application_name') as name`);
  expect(later.flat().map((row) => String(row["name"]))).not.toContain("left behind");
  const inOne = await sql.begin(async (tx) => {
    await tx`select set_config('application_name', 'here', true)`;
    return tx`select current_setting('application_name') as name`;
  });
  expect(inOne[0]).toEqual({ name: "here" });
  await sql.end();
  await pooler.stop();
});

test("the pooler breaks a client that relies on named prepared statements, and counts them", async () => {
  const pooler = await startPooler(await freshDatabase());
  const unnamed = postgres(pooler.url, { max: 1, prepare: false });
  await unnamed`select ${1}::int as one`;
  await unnamed`prepare kept as select 1`;
  const failure = await unnamed`execute kept`.catch((error: unknown) => String(error));
  expect(failure).toContain('prepared statement "kept" does not exist');
  expect(pooler.namedStatements()).toBe(0);
  const named = postgres(pooler.url, { max: 1, prepare: true });
  await named`select ${1}::int as one`;
  expect(pooler.namedStatements()).toBeGreaterThan(0);
  await Promise.all([unnamed.end(), named.end()]);
  await pooler.stop();
});
