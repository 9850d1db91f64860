import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import postgres from "postgres";
import { type Child, spawnChild } from "./child.ts";
import { eventually } from "./eventually.ts";
import { temporaryFolder } from "./folder.ts";
import { freePort } from "./ports.ts";
import { asServerUser, freshDatabase, type PostgresServer, startPostgres } from "./postgres.ts";

/** A transaction pooler as managed PostgreSQL has in front. */
export interface Pgbouncer {
  /** The address of one of the server's databases, by way of a pool that is full. */
  through(databaseUrl: string): Promise<string>;
  stop(): Promise<void>;
}

/** How a test reaches its database. */
export const ROUTES = ["direct", "pgbouncer"] as const;
export type Route = (typeof ROUTES)[number];

/** Debian keeps it out of a plain user's PATH. */
const DEBIAN_PROGRAM = "/usr/sbin/pgbouncer";

const POOL_SIZE = 4;

let shared: Promise<Pgbouncer> | undefined;

/** A new, empty database on the shared server, straight or behind the shared PgBouncer. */
export async function freshDatabaseBy(route: Route): Promise<string> {
  const url = await freshDatabase();
  if (route === "direct") return url;
  shared ??= startPostgres().then(startPgbouncer);
  return await (await shared).through(url);
}

/** Starts a PgBouncer in front of all databases of a server. */
export async function startPgbouncer(server: PostgresServer): Promise<Pgbouncer> {
  const port = await freePort();
  const folder = temporaryFolder("pgbouncer");
  const as = asServerUser(folder);
  const settings = join(folder, "pgbouncer.ini");
  writeFileSync(settings, settingsOf(Number(new URL(server.url).port), port));
  const child = spawnChild({
    cmd: [program(), settings],
    cwd: folder,
    stopSignal: "SIGINT",
    ...as,
  });
  await untilListening(child);
  return {
    through: async (databaseUrl) => {
      const url = new URL(databaseUrl);
      url.port = String(port);
      await fillPool(url.href);
      return url.href;
    },
    stop: () => child.stop(),
  };
}

/**
 * Few connections, handed out in rotation, so that anything left in a session (a SET, an advisory lock, a
 * LISTEN, a named statement) is missed at once.
 */
function settingsOf(serverPort: number, port: number): string {
  return `[databases]
* = host=127.0.0.1 port=${serverPort} user=postgres
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = ${POOL_SIZE}
server_round_robin = 1
max_client_conn = 500
`;
}

/** It opens connections as they are needed: as long as there is one alone, it hides what a session keeps. */
async function fillPool(url: string): Promise<void> {
  const sql = postgres(url, { max: POOL_SIZE, prepare: false });
  const longEnoughToMeet = Array.from({ length: POOL_SIZE }, () => sql`select pg_sleep(0.3)`);
  await Promise.all(longEnoughToMeet);
  await sql.end();
}

function program(): string {
  const found = Bun.which("pgbouncer") ?? (existsSync(DEBIAN_PROGRAM) ? DEBIAN_PROGRAM : undefined);
  if (!found) throw new Error("No pgbouncer found: install the system's pgbouncer package.");
  return found;
}

async function untilListening(child: Child): Promise<void> {
  await eventually(() => /process up/.test(child.logs())).catch((error: unknown) => {
    throw new Error(`PgBouncer did not start: ${child.logs()}`, { cause: error });
  });
}
