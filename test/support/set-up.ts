import { readdirSync } from "node:fs";
import { join, relative } from "node:path";
import { decodeJwt } from "jose";
import { Client } from "./client.ts";
import { type Engine, startEngine } from "./engine.ts";
import { eventually } from "./eventually.ts";
import { temporaryFolder } from "./folder.ts";
import { type Claims, JWT_SECRET, type JwksServer, signHs256, startJwks } from "./jwt.ts";
import { type PostgresServer, startPostgres, startServer } from "./postgres.ts";
import { type Proxy, startProxy, through } from "./proxy.ts";
import { type RedisServer, startRedis } from "./redis.ts";
import { type S3Server, startS3 } from "./s3.ts";

export type SetUpName = "embedded" | "networked";

interface SetUpOptions {
  /** Settings for every process, over those that the set-up chooses. */
  readonly env?: Readonly<Record<string, string>>;
  /** The executable in `dist` instead of the source. */
  readonly compiled?: boolean;
  /** No setting for identity either: users sign in with what the engine prints (`signedInUser`). */
  readonly nothingConfigured?: boolean;
  /** A PostgreSQL of its own, to be stopped and started; else a database of the shared one. */
  readonly ownPostgres?: boolean;
  /** Its processes reach Redis and PostgreSQL through `network.proxies`. */
  readonly proxied?: boolean;
}

/** The wires of a networked set-up that a test may pull. */
export interface Proxies {
  readonly redis: Proxy;
  readonly postgres: Proxy;
}

/** What the networked set-up runs on, each part the test's own. */
export interface Network {
  readonly postgres: PostgresServer;
  readonly databaseUrl: string;
  readonly redis: RedisServer;
  readonly s3: S3Server;
  /** Present if the set-up is `proxied`. */
  readonly proxies?: Proxies;
  /** Starts one more process of a role; the set-up stops it with the others. */
  add(role: "api" | "parse" | "ingest", env?: Readonly<Record<string, string>>): Promise<Engine>;
}

/** A whole engine as an operator would run it, in one process or in three. */
export interface SetUp {
  readonly name: SetUpName;
  /** Where clients reach it; it stays the same when the API process is started again. */
  readonly url: string;
  /** The process that clients talk to. */
  api(): Engine;
  /** All its processes, the API first. */
  engines(): readonly Engine[];
  readonly jwks: JwksServer;
  /** Where the embedded parts keep their data; absent on the network. */
  readonly dataDir?: string;
  /** Absent where everything is embedded. */
  readonly network?: Network;
  /** A new user, alone in a tenant, unless `claims` say otherwise. */
  user(claims?: Claims): Promise<Client>;
  /** The keys of the objects in its store, sorted. */
  objects(): Promise<string[]>;
  /** Takes note that a process has been started again. */
  replace(old: Engine, again: Engine): void;
  /** Ends the API process with a signal and starts it again. */
  restartApi(signal: NodeJS.Signals): Promise<void>;
  stop(): Promise<void>;
}

/** The wires of a set-up that was made `proxied`. */
export function breakableNetworkOf({
  network,
}: SetUp): Network & Required<Pick<Network, "proxies">> {
  if (!network?.proxies) throw new Error("The set-up has no network to break.");
  return { ...network, proxies: network.proxies };
}

/** One process, embedded parts only. */
export async function embedded(options: SetUpOptions = {}): Promise<SetUp> {
  const dataDir = options.env?.["DATA_DIR"] ?? temporaryFolder("embedded");
  const jwks = startJwks();
  const signing = options.nothingConfigured ? {} : identity(jwks);
  const env = { ...signing, ...options.env, DATA_DIR: dataDir };
  const engine = await startEngine({ ...options, env });
  const objects = () => Promise.resolve(filesUnder(join(dataDir, "files")));
  return assemble("embedded", [engine], { jwks, dataDir, objects });
}

/** Three processes on a PostgreSQL database, a Redis and an S3 server of their own. */
export async function networked(options: SetUpOptions = {}): Promise<SetUp> {
  const [postgres, redis, s3] = await Promise.all([
    options.ownPostgres ? startServer() : startPostgres(),
    startRedis(),
    startS3(),
  ]);
  const databaseUrl = await postgres.freshDatabase();
  const proxies = options.proxied ? await proxiesTo(databaseUrl, redis) : undefined;
  const jwks = startJwks();
  const common = {
    DATABASE_URL: proxies ? through(proxies.postgres, databaseUrl) : databaseUrl,
    REDIS_URL: proxies ? through(proxies.redis, redis.url) : redis.url,
    ...s3.env,
    ...identity(jwks),
    HOST: "127.0.0.1",
    ...options.env,
  };
  const start = (role: string, env = {}) =>
    startEngine({ ...options, env: { ...common, ...env, ROLE: role } });
  const engines = await Promise.all([start("api"), start("parse"), start("ingest")]);
  const add: Network["add"] = async (role, env) => {
    const engine = await start(role, env);
    engines.push(engine);
    return engine;
  };
  const network = { postgres, databaseUrl, redis, s3, add, ...(proxies ? { proxies } : {}) };
  return assemble("networked", engines, { jwks, network, objects: () => s3.keys() });
}

async function proxiesTo(databaseUrl: string, redis: RedisServer): Promise<Proxies> {
  const [toRedis, toPostgres] = await Promise.all([
    startProxy(redis.port),
    startProxy(Number(new URL(databaseUrl).port)),
  ]);
  return { redis: toRedis, postgres: toPostgres };
}

type Parts = Pick<SetUp, "jwks" | "objects"> & { dataDir?: string; network?: Network };

/** @param engines the first serves the API; it is replaced by the one that is started again */
function assemble(name: SetUpName, engines: Engine[], parts: Parts): SetUp {
  const [first] = engines;
  if (!first) throw new Error("A set-up has at least one process.");
  const api = () => engines[0] ?? first;
  const replace = (old: Engine, again: Engine) => void (engines[engines.indexOf(old)] = again);
  return {
    ...parts,
    name,
    url: first.url,
    api,
    engines: () => engines,
    user: (claims) => signedIn(first.url, claims),
    replace,
    restartApi: async (signal) => {
      const old = api();
      old.kill(signal);
      await old.exited;
      replace(old, await old.again());
    },
    stop: async () => {
      await Promise.all(engines.map((engine) => engine.stop()));
      const { proxies, redis, s3 } = parts.network ?? {};
      await Promise.all([parts.jwks.stop(), redis?.stop(), s3?.stop()]);
      await Promise.all([proxies?.redis.stop(), proxies?.postgres.stop()]);
    },
  };
}

async function signedIn(url: string, claims: Claims = {}): Promise<Client> {
  const sub = claims.sub ?? crypto.randomUUID();
  return new Client(url, await signHs256({ ...claims, sub }), sub);
}

/** The user whom an engine with nothing configured signs in by the address that it prints. */
export async function signedInUser(setUp: SetUp): Promise<Client> {
  const printed = await eventually(() => /#token=([\w.-]+)/.exec(setUp.api().stdout())?.[1]);
  const { sub } = decodeJwt(printed);
  return new Client(setUp.url, printed, sub);
}

function identity(jwks: JwksServer): Record<string, string> {
  return { SUPABASE_JWT_SECRET: JWT_SECRET, SUPABASE_JWKS_URL: jwks.url };
}

function filesUnder(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
      .toSorted();
  } catch {
    return []; // No folder yet: nothing was stored.
  }
}
