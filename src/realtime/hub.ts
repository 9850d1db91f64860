import type { Service } from "../service.ts";
import type { Connection } from "./connection.ts";
import { CLOSE, type Frame } from "./frame.ts";

const CHECK_EVERY_MS = 1_000;
/** Sockets closed at once on a stop; their clients all come back somewhere. */
const CLOSE_BATCH = 200;
const CLOSE_PAUSE_MS = 20;

/** The sockets of this process, by user and by tenant. */
export class Hub implements Service {
  readonly name = "sockets";
  readonly #all = new Set<Connection>();
  readonly #byUser = new Map<string, Set<Connection>>();
  readonly #byTenant = new Map<string, Set<Connection>>();
  #timer: ReturnType<typeof setInterval> | undefined;
  #stopped = false;

  async start(): Promise<void> {
    this.#timer = setInterval(() => this.#check(), CHECK_EVERY_MS);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#timer);
    let count = 0;
    const open = [...this.#all];
    for (const connection of open) {
      connection.close(CLOSE.restarting, "The server is restarting.");
      if (++count % CLOSE_BATCH === 0) await Bun.sleep(CLOSE_PAUSE_MS);
    }
  }

  add(connection: Connection): void {
    if (this.#stopped) return connection.close(CLOSE.restarting, "The server is restarting.");
    this.#all.add(connection);
    addTo(this.#byUser, connection.fields.userId, connection);
    addTo(this.#byTenant, connection.fields.tenantId, connection);
  }

  remove(connection: Connection): void {
    this.#all.delete(connection);
    removeFrom(this.#byUser, connection.fields.userId, connection);
    removeFrom(this.#byTenant, connection.fields.tenantId, connection);
  }

  toUser(userId: string, frame: Frame): void {
    broadcast(this.#byUser.get(userId), frame);
  }

  toTenant(tenantId: string, frame: Frame): void {
    broadcast(this.#byTenant.get(tenantId), frame);
  }

  #check(): void {
    const now = performance.now();
    const wallClockMs = Date.now();
    for (const connection of this.#all) connection.check(now, wallClockMs);
  }
}

function broadcast(connections: ReadonlySet<Connection> | undefined, frame: Frame): void {
  if (!connections) return;
  const data = JSON.stringify(frame);
  for (const connection of connections) connection.send(data);
}

function addTo(map: Map<string, Set<Connection>>, key: string, connection: Connection): void {
  const connections = map.get(key) ?? new Set();
  connections.add(connection);
  map.set(key, connections);
}

function removeFrom(map: Map<string, Set<Connection>>, key: string, connection: Connection): void {
  const connections = map.get(key);
  connections?.delete(connection);
  if (connections?.size === 0) map.delete(key);
}
