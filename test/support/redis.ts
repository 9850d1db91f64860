import { Redis } from "ioredis";
import { type Child, spawnChild } from "./child.ts";
import { eventually } from "./eventually.ts";
import { temporaryFolder } from "./folder.ts";
import { freePort } from "./ports.ts";

/** A throwaway Redis on a free port of the loopback, which keeps nothing on disk. */
export interface RedisServer {
  readonly url: string;
  readonly port: number;
  pid(): number;
  stop(): Promise<void>;
  /** Ends it at once, as a crash would. */
  kill(): Promise<void>;
  /** Starts it again on the same port, empty. */
  restart(): Promise<void>;
  flush(): Promise<void>;
  /** A client of its own, as another system would have; close it with `quit()`. */
  client(): Redis;
}

/** Starts a Redis that a test has for itself: to stop, to kill and to start again. */
export async function startRedis(options: { port?: number } = {}): Promise<RedisServer> {
  const port = options.port ?? (await freePort());
  const url = `redis://127.0.0.1:${port}`;
  let server = await launch(port);
  const client = () => connect(url);
  return {
    url,
    port,
    client,
    pid: () => server.pid,
    stop: () => server.stop(),
    kill: async () => {
      server.kill("SIGKILL");
      await server.exited;
    },
    restart: async () => {
      await server.stop();
      server = await launch(port);
    },
    flush: () => flush(client()),
  };
}

async function launch(port: number): Promise<Child> {
  const program = Bun.which("redis-server");
  if (!program)
    throw new Error("No redis-server found: install the system's redis-server package.");
  const folder = temporaryFolder("redis");
  const settings = ["--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", folder];
  const server = spawnChild({ cmd: [program, "--port", String(port), ...settings] });
  await eventually(() => /Ready to accept connections/.test(server.logs())).catch(
    (error: unknown) => {
      throw new Error(`Redis did not start: ${server.logs()}`, { cause: error });
    },
  );
  return server;
}

function connect(url: string): Redis {
  const client = new Redis(url, { protocol: 2, retryStrategy: () => 100 });
  client.on("error", () => undefined); // A test stops the server on purpose.
  return client;
}

async function flush(client: Redis): Promise<void> {
  await client.flushall();
  await client.quit();
}
