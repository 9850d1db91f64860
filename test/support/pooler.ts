import { createServer, connect, type Socket } from "node:net";
import { atTheEnd } from "./child.ts";
import { freePort } from "./ports.ts";

/**
 * A transaction pooler as managed PostgreSQL has in front: a client holds a server connection for one
 * transaction and gets whichever is next for the following. They are handed out in rotation, so that
 * anything left in a session (a named statement, a SET, an advisory lock, a LISTEN) is missed at once.
 */
export interface Pooler {
  readonly url: string;
  /** Transactions and single statements that it has passed on. */
  transactions(): number;
  /** Named prepared statements that clients asked for; some client libraries hide that they failed. */
  namedStatements(): number;
  stop(): Promise<void>;
}

const SERVER_CONNECTIONS = 4;
const AUTHENTICATION_OK = Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 0]);
const READY_IDLE = Buffer.from([0x5a, 0, 0, 0, 5, 0x49]);
const SSL_REQUEST = 80_877_103;
const STARTUP = 196_608;

/** Starts a pooler in front of a database that needs no password. */
export async function startPooler(databaseUrl: string): Promise<Pooler> {
  const port = await freePort();
  const pool = new Pool(new URL(databaseUrl));
  await pool.ready;
  const clients = new Set<Socket>();
  const server = createServer((socket) => {
    clients.add(socket);
    socket.on("close", () => clients.delete(socket));
    new ClientSide(socket, pool).listen();
  });
  await new Promise<void>((resolve) => {
    server.listen(port, "127.0.0.1", resolve);
  });
  const stop = async () => {
    for (const socket of clients) socket.destroy();
    pool.end();
    await new Promise((resolve) => {
      server.close(resolve);
    });
  };
  atTheEnd(stop);
  const url = new URL(databaseUrl);
  url.port = String(port);
  return {
    url: url.href,
    transactions: () => pool.handedOut,
    namedStatements: () => pool.named,
    stop,
  };
}

/** Cuts a stream into PostgreSQL messages: a type byte, then a length that counts itself. */
class Messages {
  #unread = Buffer.alloc(0);

  push(chunk: Buffer): void {
    this.#unread = Buffer.concat([this.#unread, chunk]);
  }

  /** The next whole message; the first of a client has no type byte. */
  next(typed: boolean): Buffer | undefined {
    const header = typed ? 1 : 0;
    if (this.#unread.length < header + 4) return undefined;
    const size = header + this.#unread.readUInt32BE(header);
    if (this.#unread.length < size) return undefined;
    const message = this.#unread.subarray(0, size);
    this.#unread = this.#unread.subarray(size);
    return message;
  }
}

class ServerSide {
  readonly ready: Promise<void>;
  /** Who holds it now. */
  client: ClientSide | undefined;
  readonly #socket: Socket;
  readonly #messages = new Messages();

  constructor(url: URL, onReady: (server: ServerSide) => void) {
    this.#socket = connect(Number(url.port), url.hostname, () => this.#socket.write(startup(url)));
    this.#socket.on("error", () => undefined);
    this.#socket.on("close", () => this.client?.end());
    this.ready = new Promise((resolve) => {
      this.#socket.on("data", (chunk) => {
        this.#messages.push(Buffer.from(chunk));
        for (let each = this.#messages.next(true); each; each = this.#messages.next(true)) {
          const client = this.client;
          if (client) client.fromServer(each);
          else if (typeOf(each) === "Z") resolve();
          if (client && !this.client) onReady(this);
        }
      });
    });
  }

  write(message: Buffer): void {
    this.#socket.write(message);
  }

  end(): void {
    this.#socket.destroy();
  }
}

class Pool {
  handedOut = 0;
  named = 0;
  /** Resolves when every connection stands: a rotation of one would hide what a session keeps. */
  readonly ready: Promise<unknown>;
  readonly #idle: ServerSide[] = [];
  readonly #waiting: ((server: ServerSide) => void)[] = [];
  readonly #all: ServerSide[];

  constructor(url: URL) {
    this.#all = Array.from(
      { length: SERVER_CONNECTIONS },
      () => new ServerSide(url, (server) => this.#release(server)),
    );
    this.ready = Promise.all(
      this.#all.map((server) => server.ready.then(() => this.#release(server))),
    );
  }

  take(): Promise<ServerSide> {
    this.handedOut += 1;
    const idle = this.#idle.shift(); // The one that has rested longest: a rotation.
    if (idle) return Promise.resolve(idle);
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
    });
  }

  end(): void {
    for (const server of this.#all) server.end();
  }

  #release(server: ServerSide): void {
    const waiting = this.#waiting.shift();
    if (waiting) waiting(server);
    else this.#idle.push(server);
  }
}

class ClientSide {
  readonly #messages = new Messages();
  #started = false;
  #server: ServerSide | undefined;
  #isWaiting = false;
  /** Answers that the server still owes: one ReadyForQuery for each Sync or simple query. */
  #owed = 0;
  #unsent: Buffer[] = [];

  constructor(
    private readonly socket: Socket,
    private readonly pool: Pool,
  ) {}

  listen(): void {
    this.socket.on("error", () => undefined);
    this.socket.on("close", () => this.#server?.end());
    this.socket.on("data", (chunk) => {
      this.#messages.push(Buffer.from(chunk));
      for (let each = this.#next(); each; each = this.#next()) this.#fromClient(each);
    });
  }

  fromServer(message: Buffer): void {
    this.socket.write(message);
    if (typeOf(message) !== "Z") return;
    this.#owed -= 1;
    const idle = String.fromCharCode(message[5] ?? 0) === "I";
    if (!idle || this.#owed > 0 || !this.#server) return;
    this.#server.client = undefined;
    this.#server = undefined;
  }

  end(): void {
    this.socket.destroy();
  }

  #next(): Buffer | undefined {
    return this.#messages.next(this.#started);
  }

  #fromClient(message: Buffer): void {
    if (!this.#started) return this.#greet(message);
    const type = typeOf(message);
    if (type === "X") return this.end();
    if (type === "S" || type === "Q") this.#owed += 1;
    if (type === "P" && message[5] !== 0) this.pool.named += 1;
    if (this.#server) return this.#server.write(message);
    this.#unsent.push(message);
    if (!this.#isWaiting) void this.#take();
  }

  /** Answers as a server would that asks for no password. */
  #greet(message: Buffer): void {
    const code = message.readUInt32BE(4);
    if (code === SSL_REQUEST) return void this.socket.write("N");
    if (code !== STARTUP) return this.end(); // A cancel request: this pooler knows none.
    this.#started = true;
    this.socket.write(Buffer.concat([AUTHENTICATION_OK, READY_IDLE]));
  }

  async #take(): Promise<void> {
    this.#isWaiting = true;
    const server = await this.pool.take();
    this.#isWaiting = false;
    server.client = this;
    this.#server = server;
    for (const message of this.#unsent.splice(0)) server.write(message);
  }
}

function typeOf(message: Buffer): string {
  return String.fromCharCode(message[0] ?? 0);
}

function startup(url: URL): Buffer {
  const words = ["user", url.username, "database", url.pathname.slice(1), ""];
  const body = Buffer.from(`${words.join("\0")}\0`);
  const head = Buffer.alloc(8);
  head.writeUInt32BE(8 + body.length, 0);
  head.writeUInt32BE(STARTUP, 4);
  return Buffer.concat([head, body]);
}
