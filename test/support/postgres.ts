import { chownSync, readdirSync } from "node:fs";
import { join } from "node:path";
import postgres from "postgres";
import { type Child, spawnChild } from "./child.ts";
import { eventually } from "./eventually.ts";
import { temporaryFolder } from "./folder.ts";
import { freePort } from "./ports.ts";

/** A throwaway PostgreSQL server on a free port of the loopback. */
export interface PostgresServer {
  /** Its maintenance database; tests take one of their own with `freshDatabase`. */
  readonly url: string;
  /** The server's own process; those of its connections are its children. */
  pid(): number;
  /** Creates a new, empty database and gives its URL. */
  freshDatabase(name?: string): Promise<string>;
  /** Ends it at once, cutting off whoever is connected; with "immediate" as in a crash. */
  stop(how?: "fast" | "immediate"): Promise<void>;
  /** What it has said since it was started last. */
  logs(): string;
  /** Starts it again on the same port, with the same data. */
  restart(): Promise<void>;
}

/** Where Debian and Ubuntu install servers, besides PATH. */
const DEBIAN_ROOT = "/usr/lib/postgresql";
/** Neither PostgreSQL nor PgBouncer runs as root. */
const SERVER_USER = "postgres";

let shared: Promise<PostgresServer> | undefined;
/** Tests lose nothing with the machine; a benchmark must not flatter the disk. */
let durable = false;

/** Servers that are started from now on sync to the disk, as an operator's do. */
export function syncToDisk(): void {
  durable = true;
}

/** The one PostgreSQL of this test process, started on first use, stopped when the run ends. */
export function startPostgres(): Promise<PostgresServer> {
  shared ??= startServer();
  return shared;
}

/** A new, empty database on the shared server. */
export async function freshDatabase(name?: string): Promise<string> {
  return (await startPostgres()).freshDatabase(name);
}

/** A server that a test has for itself, to stop or to break. */
export async function startServer(): Promise<PostgresServer> {
  const binaries = findBinaries();
  const data = temporaryFolder("postgres");
  const as = asServerUser(data);
  await initialise(join(binaries, "initdb"), data, as);
  const port = await freePort();
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`;
  const launch = async () => {
    const cmd = [join(binaries, "postgres"), ...serverArguments(data, port)];
    const child = spawnChild({ cmd, cwd: data, stopSignal: "SIGINT", ...as });
    await untilAnswering(url, child);
    return child;
  };
  let server = await launch();
  return {
    url,
    pid: () => server.pid,
    logs: () => server.logs(),
    stop: async (how) => {
      if (how === "immediate") server.kill("SIGQUIT");
      else await server.stop();
      await server.exited;
    },
    restart: async () => {
      await server.stop();
      server = await launch();
    },
    freshDatabase: (name) => createDatabase(url, name),
  };
}

async function untilAnswering(url: string, server: Child): Promise<void> {
  await eventually(() => answers(url)).catch((error: unknown) => {
    throw new Error(`PostgreSQL did not start: ${server.logs()}`, { cause: error });
  });
}

function findBinaries(): string {
  const onPath = Bun.which("initdb");
  if (onPath) return join(onPath, "..");
  const newest = versionsOf(DEBIAN_ROOT).toSorted((a, b) => b - a)[0];
  if (newest === undefined) {
    throw new Error("No PostgreSQL server found: install the system's postgresql package.");
  }
  return join(DEBIAN_ROOT, String(newest), "bin");
}

function versionsOf(root: string): number[] {
  try {
    return readdirSync(root)
      .map(Number)
      .filter((version) => version > 0);
  } catch {
    return []; // No such folder: nothing is installed there.
  }
}

/** Gives a server's folder to the user that it has to run as. @returns what `spawnChild` takes for that */
export function asServerUser(folder: string): { user?: string } {
  if (process.getuid?.() !== 0) return {};
  giveTo(SERVER_USER, folder);
  return { user: SERVER_USER };
}

function giveTo(user: string, folder: string): void {
  const [uid, gid] = ["-u", "-g"].map((flag) =>
    Number(Bun.spawnSync(["id", flag, user]).stdout.toString()),
  );
  if (!uid || !gid) throw new Error(`PostgreSQL cannot run as root, and no user ${user} exists.`);
  chownSync(folder, uid, gid);
}

async function initialise(initdb: string, data: string, as: { user?: string }): Promise<void> {
  const options = ["--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C.UTF-8"];
  const cmd = [initdb, "-D", data, "--no-sync", "--no-instructions", ...options];
  const child = spawnChild({ cmd, cwd: data, ...as });
  if ((await child.exited) !== 0) throw new Error(`initdb failed: ${child.logs()}`);
}

/** A crash of the machine may lose this data, a crash of a process may not: as fast as a test may be. */
function serverArguments(data: string, port: number): string[] {
  const settings = {
    listen_addresses: "127.0.0.1",
    unix_socket_directories: "",
    max_connections: "200",
    shared_buffers: "64MB",
    fsync: durable ? "on" : "off",
    full_page_writes: "off",
    synchronous_commit: "on",
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  return ["-D", data, "-p", String(port), ...flags];
}

async function answers(url: string): Promise<boolean> {
  await withConnection(url, (sql) => sql`select 1`);
  return true;
}

async function createDatabase(url: string, name = randomName()): Promise<string> {
  await withConnection(url, (sql) => sql`create database ${sql(name)}`);
  const own = new URL(url);
  own.pathname = `/${name}`;
  return own.href;
}

function randomName(): string {
  return `t_${crypto.randomUUID().replaceAll("-", "")}`;
}

async function withConnection<T>(url: string, use: (sql: postgres.Sql) => Promise<T>): Promise<T> {
  const sql = postgres(url, { max: 1, connect_timeout: 5, onnotice: () => undefined });
  try {
    return await use(sql);
  } finally {
    await sql.end({ timeout: 1 });
  }
}
