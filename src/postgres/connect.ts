import postgres, { type PostgresType } from "postgres";
import type { Database } from "./sql.ts";

export type ConnectTarget =
  | { readonly url: string }
  | {
      /** The embedded database's. */
      readonly socketPath: string;
      /** Another process's engine has the session, and all statements that are prepared in it. */
      readonly guest?: boolean;
    };

const CONNECT_TIMEOUT_SECONDS = 5;
const IDLE_TIMEOUT_SECONDS = 60;
/** The client's own pause grows to 20 s over all connections of a pool, and calls wait it out. */
const RECONNECT_SECONDS = { min: 0.1, max: 0.5 } as const;

/** The array types that are given as parameters, by PostgreSQL's own numbers. */
const ARRAY_TYPES: Record<string, PostgresType<readonly (string | number)[]>> = {
  integers: arrayType(1007),
  texts: arrayType(1009),
  bigints: arrayType(1016),
  floats: arrayType(1022),
  uuids: arrayType(2951),
};

function arrayType(oid: number): PostgresType<readonly (string | number)[]> {
  return { to: oid, from: [], serialize: arrayLiteral, parse: () => unparsed() };
}

/** `{"a","b"}`: every element quoted, which numbers do not mind. */
function arrayLiteral(values: readonly (string | number)[]): string {
  return `{${values.map((value) => `"${String(value).replace(/["\\]/g, "\\$&")}"`).join(",")}}`;
}

/** No query selects an array. */
function unparsed(): never {
  throw new Error("Arrays are parameters only.");
}

/**
 * Opens a pool. On a server's connection it leaves nothing behind, so that a transaction pooler may stand
 * between: no named prepared statements, no settings, no listeners.
 * @param connections the most to open; an embedded database serves one
 */
export function connect(target: ConnectTarget, connections: number): Database {
  const options = {
    // Asking the server for its array types costs every connection a query, and a start up to 50 ms.
    fetch_types: false,
    types: ARRAY_TYPES,
    connect_timeout: CONNECT_TIMEOUT_SECONDS,
    backoff: reconnectSeconds,
    onnotice: () => undefined,
  } as const;
  return "url" in target
    ? postgres(target.url, {
        ...options,
        // What is not prepared would be described first, in a round trip of its own: patches/ spares it.
        prepare: false,
        max: connections,
        idle_timeout: IDLE_TIMEOUT_SECONDS,
      })
    : postgres({
        ...options,
        // No pooler stands before the embedded database, and planning is most of its work.
        prepare: !target.guest,
        path: target.socketPath,
        user: "postgres",
        database: "postgres",
        max: 1,
      });
}

/** Processes that lost the server together come back spread out. */
function reconnectSeconds(): number {
  const { min, max } = RECONNECT_SECONDS;
  return min + Math.random() * (max - min);
}

/** Closes the pool; what still runs after the time is cut off. */
export async function disconnect(sql: Database, timeoutSeconds: number): Promise<void> {
  await sql.end({ timeout: timeoutSeconds });
}

/** A pool that can be replaced while its users hold on to it. */
export class RenewablePool {
  /** Always the pool of now; what has begun on an earlier one ends with it. */
  readonly sql: Database;
  #current: Database;

  constructor(
    private readonly target: ConnectTarget,
    private readonly connections: number,
  ) {
    this.#current = connect(target, connections);
    this.sql = new Proxy(this.#current, {
      apply: (_first, _this, given: Parameters<Database>) => this.#current(...given),
      get: (_first, name) => Reflect.get(this.#current, name) as unknown,
    });
  }

  /** Gives up every connection; what waits on them fails as in an outage. */
  renew(): void {
    const old = this.#current;
    this.#current = connect(this.target, this.connections);
    void disconnect(old, 0).catch(() => undefined);
  }
}
