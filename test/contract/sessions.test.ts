/** Which sessions count as ended, and what that costs the database. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { revokeSession, Sessions } from "../../src/auth/sessions.ts";
import { connect, disconnect } from "../../src/postgres/connect.ts";
import { migrate } from "../../src/postgres/migrate.ts";
import type { Database } from "../../src/postgres/sql.ts";
import { freePort } from "../support/ports.ts";
import { freshDatabase } from "../support/postgres.ts";

const ROLE = "engine_of_sessions_test";

let owner: Database;
let engine: Database;

beforeAll(async () => {
  const url = await freshDatabase();
  owner = connect({ url }, 2);
  await migrate(owner);
  await owner`create role ${owner(ROLE)} login`;
  await owner`grant select on revoked_sessions to ${owner(ROLE)}`;
  const own = new URL(url);
  own.username = ROLE;
  engine = connect({ url: own.href }, 2);
});

afterAll(async () => {
  await disconnect(engine, 1);
  await owner`drop owned by ${owner(ROLE)}`;
  await owner`drop role ${owner(ROLE)}`;
  await disconnect(owner, 1);
});

test("a session is ended once it is in `revoked_sessions`, whatever its id looks like", async () => {
  const ids = ["one", "t'wo\\", crypto.randomUUID(), "four"];
  const [one = "", two = "", three = ""] = ids;
  for (const id of [one, two, three, one]) await revokeSession(owner, id);
  expect([...(await new Sessions(engine).ended(ids))].toSorted()).toEqual(
    [one, two, three].toSorted(),
  );
});

test("rows in auth.sessions count only for a role that sees them all", async () => {
  const [alive, over] = [crypto.randomUUID(), crypto.randomUUID()];
  const ended = async () => [
    ...(await new Sessions(engine).ended([alive.toUpperCase(), over, "x"])),
  ];
  await owner`create schema auth`;
  await owner`create table auth.sessions (id uuid primary key)`;
  await owner`insert into auth.sessions values (${alive})`;
  expect(await ended()).toEqual([]); // It may not read there.
  await owner`grant usage on schema auth to ${owner(ROLE)}`;
  await owner`grant select on auth.sessions to ${owner(ROLE)}`;
  expect(await ended()).toEqual([over, "x"]);
  await owner`alter table auth.sessions enable row level security`;
  expect(await ended()).toEqual([]); // It may read, and sees nothing.
  await owner`drop table auth.sessions`;
  await owner`create table auth.sessions (id text primary key)`;
  await owner`grant select on auth.sessions to ${owner(ROLE)}`;
  expect(await ended()).toEqual([]); // Somebody else's table of that name.
  await owner`drop schema auth cascade`;
});

test("many who sign in at once go together, and who comes again soon costs nothing", async () => {
  let queries = 0;
  const counted = new Proxy(owner, {
    apply(sql, self, given) {
      queries++;
      return Reflect.apply(sql, self, given) as unknown;
    },
  });
  const sessions = new Sessions(counted);
  const ids = Array.from({ length: 1_000 }, () => crypto.randomUUID());
  const [first = ""] = ids;
  await revokeSession(owner, first);
  const signIn = () => Promise.all(ids.map((id) => sessions.isEnded(id)));
  expect((await signIn()).indexOf(true)).toBe(0);
  expect(queries).toBeLessThanOrEqual(4);
  const before = queries;
  expect((await signIn()).filter(Boolean)).toHaveLength(1);
  expect(queries).toBe(before);
});

test("a database that is away ends no session", async () => {
  const nowhere = connect({ url: `postgres://postgres@127.0.0.1:${await freePort()}/none` }, 1);
  expect(await new Sessions(nowhere).isEnded("one")).toBe(false);
  await disconnect(nowhere, 0);
});
