import { afterEach, expect, test } from "bun:test";
import type { Server, ServerWebSocket } from "bun";
import { EventStream } from "../../src/cli/client/event-stream.ts";
import { eventually } from "../support/eventually.ts";

interface Asked {
  readonly since: string | null;
  readonly authorization: string | null;
}

/** The server's end of `/ws`, held by the test: it sends what the test says. */
class SocketServer {
  readonly asked: Asked[] = [];
  socket: ServerWebSocket | undefined;
  readonly #server: Server<undefined> = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: (request, server) => {
      this.asked.push({
        since: new URL(request.url).searchParams.get("since"),
        authorization: request.headers.get("authorization"),
      });
      return server.upgrade(request) ? undefined : new Response(null, { status: 401 });
    },
    websocket: {
      open: (socket) => {
        this.socket = socket;
        this.send("ready", undefined, { cursor: "1-0" });
      },
      message: () => undefined,
    },
  });

  get url(): string {
    return this.#server.url.href;
  }

  send(type: string, id?: string, payload: object = {}): void {
    this.socket?.send(JSON.stringify(id === undefined ? { type, payload } : { type, payload, id }));
  }

  async stop(): Promise<void> {
    await this.#server.stop(true);
  }
}

const closing: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function connected() {
  const server = new SocketServer();
  const events: string[] = [];
  let readyCount = 0;
  const stream = new EventStream({
    url: server.url,
    token: "t",
    onEvent: ({ type, id }) => events.push(id === undefined ? type : `${type} ${id}`),
    onReady: () => (readyCount += 1),
  });
  closing.push(
    () => stream.close(),
    () => server.stop(),
  );
  await stream.open();
  return { server, events, stream, readyCount: () => readyCount };
}

test("the token travels in a header, where no log finds it", async () => {
  const { server } = await connected();
  expect(server.asked).toEqual([{ since: null, authorization: "Bearer t" }]);
});

test("an event that comes twice is delivered once, an ephemeral one as often as it comes", async () => {
  const { server, events } = await connected();
  server.send("document.created", "1-7");
  server.send("document.created", "1-7");
  server.send("job.progress");
  server.send("job.progress");
  server.send("last", "1-8");
  await eventually(() => events.includes("last 1-8"));
  expect(events).toEqual(["document.created 1-7", "job.progress", "job.progress", "last 1-8"]);
});

test("a lost connection comes back and asks for what it missed", async () => {
  const { server, events, readyCount } = await connected();
  server.send("a", "1-7");
  await eventually(() => events.length === 1);
  server.socket?.close(1012);
  await eventually(() => readyCount() === 2);
  expect(server.asked.map(({ since }) => since)).toEqual([null, "1-7"]);
  server.send("a", "1-7");
  server.send("b", "1-8");
  await eventually(() => events.includes("b 1-8"));
  expect(events).toEqual(["a 1-7", "b 1-8"]);
});

test("one that saw no event yet asks from the cursor it was given at first", async () => {
  const { server, readyCount } = await connected();
  server.socket?.terminate();
  await eventually(() => readyCount() === 2);
  expect(server.asked[1]?.since).toBe("1-0");
});

test("what is no event is passed over", async () => {
  const { server, events } = await connected();
  server.socket?.send("not json");
  server.socket?.send('{"payload":{}}');
  server.socket?.send(new Uint8Array([1, 2]));
  server.send("fine", "1-1");
  await eventually(() => events.length > 0);
  expect(events).toEqual(["fine 1-1"]);
});
