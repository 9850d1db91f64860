import { describe, expect, test } from "bun:test";
import { Connection, type Socket } from "../../src/realtime/connection.ts";
import { Hub } from "../../src/realtime/hub.ts";
import { TokenBucket } from "../../src/realtime/token-bucket.ts";

const HOUR_MS = 3_600_000;

/** A socket whose peer reads when it is told to. */
class ScriptedSocket implements Socket {
  waiting = 0;
  readonly told: string[] = [];
  readonly topics = new Set<string>();

  send(data: string): number {
    this.waiting += data.length;
    return -1;
  }
  getBufferedAmount(): number {
    return this.waiting;
  }
  get subscriptions(): string[] {
    return [...this.topics];
  }
  subscribe(topic: string): boolean {
    return Boolean(this.topics.add(topic));
  }
  unsubscribe(topic: string): boolean {
    return this.topics.delete(topic);
  }
  isSubscribed(topic: string): boolean {
    return this.topics.has(topic);
  }
  ping(): number {
    return this.told.push("ping");
  }
  close(code: number): void {
    this.told.push(`close ${code}`);
  }
  terminate(): void {
    this.told.push("terminate");
  }
}

/** @returns a connection, and what checks it so many seconds after it was opened */
function open() {
  const socket = new ScriptedSocket();
  const ids = { id: "1", userId: "ada", tenantId: "ada", sessionId: null };
  let now = 0;
  const fields = { ...ids, expiresAtMs: Date.now() + HOUR_MS };
  const connection = new Connection(fields, socket, () => now);
  const at = (seconds: number) => {
    now = seconds * 1_000;
    connection.check();
  };
  return { socket, connection, at };
}

describe("a socket that does not read", () => {
  test("is told 4408 once it has taken nothing for some seconds, if it reads again", () => {
    const { socket, connection, at } = open();
    connection.send("what waits");
    at(5);
    expect(connection.isOpen).toBe(true);
    at(7);
    expect(connection.isOpen).toBe(false);
    expect(socket.told).toEqual([]); // The close frame would only wait as well.
    socket.waiting = 0;
    connection.onDrain();
    expect(socket.told).toEqual(["close 4408"]);
  });

  test("is cut off within 10 s if it does not", () => {
    const { socket, connection, at } = open();
    connection.send("what waits");
    for (let second = 0; second <= 8; second++) at(second);
    expect(socket.told).toEqual(["terminate"]);
  });

  test("is cut off as soon if it was told to go for another reason", () => {
    const { socket, connection, at } = open();
    connection.send("what waits");
    at(4);
    connection.close(1012, "");
    for (let second = 5; second <= 8; second++) at(second);
    expect(socket.told).toEqual(["terminate"]);
  });

  test("has a bounded time for what waits before the farewell, however it reads", () => {
    const { socket, connection, at } = open();
    connection.send("what waits".repeat(10));
    connection.close(1012, "");
    for (let second = 0; second <= 11; second++) {
      socket.waiting--;
      at(second);
    }
    expect(socket.told).toEqual(["terminate"]);
  });

  test("stays as long as it takes something now and then", () => {
    const { socket, connection, at } = open();
    for (let frame = 0; frame < 20; frame++) connection.send("what waits");
    for (let second = 4; second < 20; second += 4) {
      at(second);
      socket.waiting -= 10;
      connection.send("ten bytes."); // The buffer is as full as before.
    }
    expect(connection.isOpen).toBe(true);
    at(26);
    expect(connection.isOpen).toBe(false);
  });
});

describe("a socket that answers no ping", () => {
  test("is pinged, and dropped within 40 s", () => {
    const { socket, at } = open();
    for (let second = 0; second <= 40; second++) at(second);
    expect(socket.told.slice(0, 2)).toEqual(["ping", "terminate"]);
  });

  test("stays once it answers, and is asked again", () => {
    const { socket, connection, at } = open();
    let answered = 0;
    for (let second = 0; second <= 80; second++) {
      at(second);
      if (socket.told.length > answered && second % 5 === 0) {
        connection.ponged();
        answered++;
      }
    }
    expect(socket.told).toEqual(["ping", "ping"]);
  });
});

describe("waiting for a reader", () => {
  test("ends when the buffer is empty", async () => {
    const { socket, connection } = open();
    await connection.drained();
    connection.send("what waits");
    let drained = false;
    const waiting = connection.drained().then(() => (drained = true));
    socket.waiting = 3;
    connection.onDrain();
    await Promise.resolve();
    expect(drained).toBe(false);
    socket.waiting = 0;
    connection.onDrain();
    await waiting;
  });

  test.each([
    ["it is closed", (connection: Connection) => connection.close(1012, "")],
    ["it is gone", (connection: Connection) => connection.onClose()],
  ])("ends when %s", async (_why, end) => {
    const { connection } = open();
    connection.send("what waits");
    const waiting = connection.drained();
    end(connection);
    await waiting;
    await connection.drained();
  });
});

test("a hub that stops lets nobody in any more, and tells those who are in", async () => {
  const attendance = { connected: () => undefined, disconnected: () => undefined };
  const hub = new Hub(attendance);
  await hub.start();
  hub.admit("ada");
  const { socket, connection } = open();
  socket.close = (code) => {
    socket.told.push(`close ${code}`);
    hub.remove(connection);
  };
  hub.add(connection);
  await hub.stop();
  expect(socket.told).toEqual(["close 1012"]);
  expect(() => hub.admit("ada")).toThrow("restarting");
});

test("a token bucket lets a burst through, and then its rate", () => {
  const bucket = new TokenBucket(10, 5);
  const taken = (nowMs: number) => {
    let count = 0;
    while (bucket.take(nowMs)) count++;
    return count;
  };
  expect([1_000, 1_000, 1_050, 1_100, 1_300, 60_000].map(taken)).toEqual([5, 0, 0, 1, 2, 5]);
});
