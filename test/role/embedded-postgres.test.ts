import { afterEach, describe, expect, test } from "bun:test";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join, resolve } from "node:path";
import { connect, disconnect } from "../../src/postgres/connect.ts";
import { lockDataDir } from "../../src/postgres/data-dir.ts";
import { EmbeddedPostgres, findSocket } from "../../src/postgres/embedded/embedded-postgres.ts";
import { messageOf } from "../../src/error.ts";
import type { Database } from "../../src/postgres/sql.ts";
import { spawnChild } from "../support/child.ts";
import { eventually } from "../support/eventually.ts";
import { temporaryFolder } from "../support/folder.ts";

const SOURCE = resolve(import.meta.dir, "../../src");
/** Housekeeping passes every few seconds; this only bounds a hang. */
const TIMEOUT_MS = 120_000;
const undo: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const step of undo.splice(0).toReversed()) await step();
});

async function open(dataDir: string): Promise<{ postgres: EmbeddedPostgres; sql: Database }> {
  const postgres = new EmbeddedPostgres({ dataDir });
  await postgres.start();
  undo.push(() => postgres.stop());
  const sql = connect({ socketPath: postgres.socketPath }, 1);
  undo.push(() => disconnect(sql, 1));
  return { postgres, sql };
}

async function close({ postgres, sql }: Awaited<ReturnType<typeof open>>): Promise<void> {
  await disconnect(sql, 1);
  await postgres.stop();
}

/** A process that runs `body` with everything of `module` in scope. */
function script(module: string, body: string) {
  return spawnChild({
    cmd: [
      process.execPath,
      "--eval",
      `import * as m from ${JSON.stringify(join(SOURCE, module))};\n${body}`,
    ],
  });
}

describe("the embedded database", () => {
  test("starts from nothing with its extensions, and keeps its rows over a restart", async () => {
    const dataDir = join(temporaryFolder("embedded"), "data");
    const first = await open(dataDir);
    await first.sql`create table note (id int primary key, body text, place vector(2))`;
    await first.sql`create index on note using bm25 (body) with (text_config = 'simple')`;
    await first.sql`insert into note values (1, 'kept words', '[1,2]')`;
    await close(first);

    const { sql } = await open(dataDir);
    const found = await sql<{ id: number }[]>`
      select id from note order by body <@> to_bm25query('words', 'note_body_idx') limit 1`;
    expect(found.map(({ id }) => id)).toEqual([1]);
    expect(statSync(dataDir).mode & 0o777).toBe(0o700);
  });

  test("syncs its log to the disk before it acknowledges", async () => {
    const { sql } = await open(temporaryFolder("embedded"));
    const settings = await sql<{ name: string; setting: string }[]>`
      select name, setting from pg_settings
      where name in ('fsync', 'synchronous_commit', 'wal_sync_method', 'full_page_writes')
      order by name`;
    expect(settings.map(({ name, setting }) => `${name}=${setting}`)).toEqual([
      "fsync=on",
      "full_page_writes=on",
      "synchronous_commit=on",
      "wal_sync_method=fsync",
    ]);
  });

  test("has lost no acknowledged row when its process is killed", async () => {
    const dataDir = temporaryFolder("embedded");
    const writer = script(
      "postgres/embedded/embedded-postgres.ts",
      `import { connect } from ${JSON.stringify(join(SOURCE, "postgres/connect.ts"))};
       const postgres = new m.EmbeddedPostgres({ dataDir: ${JSON.stringify(dataDir)} });
       await postgres.start();
       const sql = connect({ socketPath: postgres.socketPath }, 1);
       await sql\`create table kept (id int primary key)\`;
       for (let id = 1; ; id++) {
         await sql\`insert into kept values (\${id})\`;
         console.log(id);
       }`,
    );
    await eventually(() => writer.stdout().includes("\n100\n"));
    writer.kill();
    await writer.exited;
    const acknowledged = Number(writer.stdout().trimEnd().split("\n").at(-1));

    const { sql } = await open(dataDir);
    const [row] = await sql<{ rows: number; last: number }[]>`
      select count(*)::int as rows, max(id) as last from kept`;
    // The row after the last acknowledged one may have been stored, too.
    expect(row?.last).toBeGreaterThanOrEqual(acknowledged);
    expect(row?.rows).toBe(row?.last ?? 0);
  });

  test("begins anew where a first start was cut off", async () => {
    const dataDir = temporaryFolder("embedded");
    mkdirSync(join(dataDir, "postgres.unfinished/base"), { recursive: true });
    writeFileSync(join(dataDir, "postgres.unfinished/PG_VERSION"), "");
    const { sql } = await open(dataDir);
    expect(await sql`select 1 as one`).toHaveLength(1);
    expect(existsSync(join(dataDir, "postgres.unfinished"))).toBe(false);
  });

  test("serves from a folder whose name is too long for a socket", async () => {
    const dataDir = join(temporaryFolder("embedded"), "long".repeat(30));
    const { postgres, sql } = await open(dataDir);
    expect(Buffer.byteLength(postgres.socketPath)).toBeLessThanOrEqual(100);
    expect(await sql`select 1 as one`).toHaveLength(1);
    // An operator's verb finds the socket by way of the folder.
    expect(findSocket(dataDir)).toBe(realpathSync(postgres.socketPath));
    await postgres.stop();
    expect(findSocket(dataDir)).toBeUndefined();
  });

  test("starts again on a folder that holds a stale pid and a stale socket", async () => {
    const dataDir = temporaryFolder("embedded");
    await close(await open(dataDir));
    writeFileSync(join(dataDir, "postgres/postmaster.pid"), `${process.pid}\n`);
    writeFileSync(join(dataDir, "postgres.sock"), "");
    const { sql } = await open(dataDir);
    expect(await sql`select 1 as one`).toHaveLength(1);
  });

  test("says in Postgres's own words why a folder does not open, and can be stopped", async () => {
    const dataDir = temporaryFolder("embedded");
    await close(await open(dataDir));
    rmSync(join(dataDir, "postgres/pg_wal"), { recursive: true });
    const postgres = new EmbeddedPostgres({ dataDir });
    const failure = await postgres.start().catch(messageOf);
    expect(failure).toBe(
      'The embedded database failed: required WAL directory "pg_wal" does not exist.',
    );
    await postgres.stop();
  });

  test(
    "keeps its log and a busy table small, in between the statements of its client",
    async () => {
      const dataDir = temporaryFolder("embedded");
      const { sql } = await open(dataDir);
      await sql`create table busy (id int primary key, body text)`;
      await sql`insert into busy select g, 'x' from generate_series(1, 500) g`;
      const wal = join(dataDir, "postgres/pg_wal");
      const before = await checkpoints(sql);
      // Some 50 MB of log, written as a busy client does.
      for (let round = 0; round < 100; round++)
        await sql.begin(async (tx) => {
          await tx`update busy set body = repeat('abcdefgh', 90) || ${round}::text`;
          await tx`select count(*) from busy`;
        });
      await eventually(async () => (await checkpoints(sql)) !== before);
      await eventually(async () => (await vacuums(sql)) > 0);
      expect(readdirSync(wal).length).toBeLessThan(40);
    },
    TIMEOUT_MS,
  );
});

async function checkpoints(sql: Database): Promise<string | undefined> {
  const [row] = await sql<
    { at: string }[]
  >`select redo_lsn::text as at from pg_control_checkpoint()`;
  return row?.at;
}

async function vacuums(sql: Database): Promise<number> {
  const [row] = await sql<{ count: number }[]>`
    select vacuum_count::int as count from pg_stat_user_tables where relname = 'busy'`;
  return row?.count ?? 0;
}

describe("a guest of the embedded database", () => {
  const ROUNDS = 40;
  const enter = (postgres: EmbeddedPostgres) => {
    const guest = connect({ socketPath: postgres.socketPath, guest: true }, 1);
    undo.push(() => disconnect(guest, 1));
    return guest;
  };

  test("takes turns with the engine: neither's statements nor transactions mix", async () => {
    const { postgres, sql } = await open(temporaryFolder("embedded"));
    await sql`create table written (who text, round int)`;
    const work = async (own: Database, who: string) => {
      for (let round = 0; round < ROUNDS; round++) {
        const [row] = await own`select ${who} as who, ${round}::int as round`;
        expect(row).toEqual({ who, round });
        const undone = own.begin(async (tx) => {
          await tx`insert into written values (${who}, ${round})`;
          const [seen] = await tx`select count(distinct who)::int as writers from written
            where xmin::text = pg_current_xact_id()::text`;
          expect(seen).toEqual({ writers: 1 });
          if (round % 5 === 0) throw new Error("undo");
        });
        await undone.catch((error: unknown) => expect(messageOf(error)).toBe("undo"));
      }
    };
    await Promise.all([
      work(sql, "engine"),
      work(enter(postgres), "a"),
      work(enter(postgres), "b"),
    ]);
    const rows = await sql`select who, count(*)::int as rounds from written group by 1 order by 1`;
    const rounds = ROUNDS - ROUNDS / 5;
    expect([...rows]).toEqual(["a", "b", "engine"].map((who) => ({ who, rounds })));
  });

  test("that dies wherever it is holds up nobody, and leaves nothing", async () => {
    const { postgres, sql } = await open(temporaryFolder("embedded"));
    await sql`create table kept (id int)`;
    const lives = [
      [],
      [query("begin"), query("insert into kept values (1)")],
      [query("begin"), parse("select 1")],
      [query("begin"), parse("select from nowhere")],
    ];
    for (const [index, messages] of lives.entries()) {
      const guest = await rawGuest(postgres.socketPath);
      for (const message of messages) await guest.tell(message);
      guest.die();
      await sql.begin((tx) => tx`insert into kept values (${10 + index})`);
    }
    expect([...(await sql`select id from kept order by id`)]).toEqual(
      lives.map((_, index) => ({ id: 10 + index })),
    );
  });
});

/** A client that says what it is told to, byte for byte. */
async function rawGuest(socketPath: string) {
  let heard = 0;
  const socket = await Bun.connect({
    unix: socketPath,
    socket: { data: (_socket, data) => void (heard += data.length) },
  });
  const tell = async (message: Buffer) => {
    const before = heard;
    socket.write(message);
    await eventually(() => heard > before);
  };
  await tell(Buffer.concat([int32(8 + PARAMETERS.length), int32(196_608), PARAMETERS]));
  return { tell, die: () => socket.terminate() };
}

const PARAMETERS = Buffer.from("user\0postgres\0database\0postgres\0\0");

function query(text: string): Buffer {
  return wireMessage("Q", Buffer.from(`${text}\0`));
}

/** The first two messages of a statement, which a Sync should follow. */
function parse(text: string): Buffer {
  const parsed = wireMessage("P", Buffer.from(`\0${text}\0\0\0`));
  return Buffer.concat([parsed, wireMessage("D", Buffer.from("S\0")), wireMessage("H")]);
}

function wireMessage(type: string, body = Buffer.alloc(0)): Buffer {
  return Buffer.concat([Buffer.from(type), int32(4 + body.length), body]);
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

describe("the data directory", () => {
  const hold = (dataDir: string) =>
    script(
      "postgres/data-dir.ts",
      `m.lockDataDir(${JSON.stringify(dataDir)}); console.log("held"); setInterval(() => Bun.gc(true), 50);`,
    );

  test("refuses a second process, naming the first's pid, until that is gone", async () => {
    const dataDir = join(temporaryFolder("lock"), "data");
    const first = hold(dataDir);
    await eventually(() => first.stdout().includes("held"));
    expect(() => lockDataDir(dataDir)).toThrow(`is in use by process ${first.pid}`);

    const second = hold(dataDir);
    expect(await second.exited).not.toBe(0);
    expect(second.logs()).toContain(`is in use by process ${first.pid}`);

    first.kill("SIGKILL");
    await first.exited;
    // The killed process's pid is still written there; it holds nothing.
    expect(readFileSync(join(dataDir, "pid"), "utf8").trim()).toBe(String(first.pid));
    lockDataDir(dataDir).release();
  });

  test("can be taken again once it is released, and not before", () => {
    const dataDir = temporaryFolder("lock");
    const lock = lockDataDir(dataDir);
    expect(() => lockDataDir(dataDir)).toThrow(`is in use by process ${process.pid}`);
    lock.release();
    lockDataDir(dataDir).release();
    expect(statSync(dataDir).mode & 0o777).toBe(0o700);
  });
});
