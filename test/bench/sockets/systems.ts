import { join } from "node:path";
import { spawnChild } from "../../support/child.ts";
import { eventually } from "../../support/eventually.ts";
import { temporaryFolder } from "../../support/folder.ts";
import { freePort } from "../../support/ports.ts";
import { startRedis } from "../../support/redis.ts";
import { networked } from "../../support/set-up.ts";
import type { DialectName } from "./dialect.ts";

/** A server of sockets that runs, with a Redis of its own. */
export interface Running {
  readonly dialect: DialectName;
  readonly url: string;
  readonly redisUrl: string;
  readonly pid: number;
  stop(): Promise<void>;
}

export interface System {
  readonly name: string;
  start(): Promise<Running>;
}

export const ENGINE: System = {
  name: "rag-engine",
  start: async () => {
    const setUp = await networked({ compiled: true });
    const redisUrl = setUp.network?.redis.url ?? "";
    const stop = () => setUp.stop();
    return { dialect: "rag-engine", url: setUp.url, redisUrl, pid: setUp.api().pid, stop };
  },
};

/** As it is used most: Node.js, with the WebSockets of `ws`. */
export const SOCKET_IO: System = {
  name: "socket.io on Node.js",
  start: () => startSocketIo(Bun.which("node") ?? missing("node")),
};

/** With the engine that its authors make for Bun's own WebSockets. */
export const SOCKET_IO_BUN: System = {
  name: "socket.io on Bun",
  start: () => startSocketIo(process.execPath),
};

const MODULES = join(import.meta.dir, "../node_modules");

async function startSocketIo(runtime: string): Promise<Running> {
  const [redis, port] = [await startRedis(), await freePort()];
  const cmd = [runtime, await serverProgram(), MODULES, String(port), redis.url];
  const server = spawnChild({ cmd, env: { NODE_ENV: "production" } });
  await eventually(() => server.stdout().includes("ready")).catch((cause: unknown) => {
    throw new Error(`socket.io did not start:\n${server.logs()}`, { cause });
  });
  const stop = async () => {
    await server.stop();
    await redis.stop();
  };
  const url = `http://127.0.0.1:${port}`;
  return { dialect: "socket.io", url, redisUrl: redis.url, pid: server.pid, stop };
}

/** Node.js does not know types. */
async function serverProgram(): Promise<string> {
  const source = await Bun.file(join(import.meta.dir, "socket-io-server.ts")).text();
  const path = join(temporaryFolder("socket-io"), "server.mjs");
  await Bun.write(path, new Bun.Transpiler({ loader: "ts" }).transformSync(source));
  return path;
}

function missing(program: string): never {
  throw new Error(`The peer needs ${program}, which is not installed.`);
}
