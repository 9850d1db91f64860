// A socket.io server with the Redis adapter: `node|bun socket-io-server MODULES PORT REDIS_URL`. It imports
// nothing of ours, because Node.js runs it too.
import { createServer } from "node:http";
import { createRequire } from "node:module";

interface Socket {
  readonly handshake: { readonly query: Readonly<Record<string, string>> };
  join(room: string): unknown;
}
interface Io {
  on(event: "connection", listener: (socket: Socket) => void): void;
  bind(engine: Engine): void;
}
interface Engine {
  handler(): { fetch(): Response; websocket: Bun.WebSocketHandler<unknown> };
}
type New<T> = new (...args: readonly unknown[]) => T;
interface RedisAdapter {
  readonly createAdapter: (publisher: unknown, subscriber: unknown) => unknown;
}

const [modules = "", port = "", redisUrl = ""] = process.argv.slice(2);
const load = createRequire(`${modules}/`);

function makeIo(...server: readonly unknown[]): Io {
  const { Server } = load("socket.io") as { Server: New<Io> };
  const { Redis } = load("ioredis") as { Redis: New<unknown> };
  const { createAdapter } = load("@socket.io/redis-adapter") as RedisAdapter;
  const redis = () => new Redis(redisUrl, { protocol: 2 });
  const adapter = createAdapter(redis(), redis());
  const io = new Server(...server, { transports: ["websocket"], adapter });
  io.on("connection", (socket) => void socket.join(socket.handshake.query["user"] ?? ""));
  return io;
}

function serveUnderNode(): void {
  const server = createServer();
  makeIo(server);
  server.listen(Number(port), "127.0.0.1", () => console.log("ready"));
}

/** The engine that socket.io has for Bun, on Bun's own sockets. */
function serveUnderBun(): void {
  const { Server } = load("@socket.io/bun-engine") as { Server: New<Engine> };
  const engine = new Server({ path: "/socket.io/" });
  makeIo().bind(engine);
  Bun.serve({ ...engine.handler(), port: Number(port), hostname: "127.0.0.1" });
  console.log("ready");
}

if (process.versions["bun"]) serveUnderBun();
else serveUnderNode();
