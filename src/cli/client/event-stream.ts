import { AppError } from "../../error.ts";
import { backoffMs } from "../../service.ts";
import type { EngineAddress } from "./engine-client.ts";
import { type EventFrame, parseFrame } from "./wire.ts";

const CONNECT_TIMEOUT_MS = 10_000;
const RECONNECT = { baseMs: 250, maxMs: 5_000 };
/** The server drops a socket that is silent for 60 s; so do we with a server. */
const PING_INTERVAL_MS = 20_000;
const SILENCE_MAX_MS = 60_000;
const SEEN_IDS_MAX = 10_000;
const TOKEN_EXPIRED = 4401;

export interface EventStreamOptions extends EngineAddress {
  /** Every event once, in the order in which it came; `ready` and `pong` stay inside. */
  readonly onEvent: (frame: EventFrame) => void;
  /** Connected, for the first time or again: what was ephemeral in between is lost, so look over REST. */
  readonly onReady?: () => void;
}

/**
 * The live events of the signed-in user. Delivery is at least once, so ids already seen are dropped; a lost
 * connection comes back by itself and asks for what it missed with `since`.
 */
export class EventStream {
  readonly #options: EventStreamOptions;
  readonly #seen = new Set<string>();
  readonly #firstReady = Promise.withResolvers<void>();
  #since: string | undefined;
  #socket: WebSocket | undefined;
  #failures = 0;
  #closed = false;
  #heardAtMs = 0;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #heartbeat: ReturnType<typeof setInterval> | undefined;

  constructor(options: EventStreamOptions) {
    this.#options = options;
  }

  /** Resolves when the first `ready` frame is there. @throws AppError `unavailable` after 10 s without one */
  async open(): Promise<void> {
    this.#connect();
    this.#heartbeat = setInterval(() => this.#beat(), PING_INTERVAL_MS);
    const deadline = setTimeout(() => {
      const sentence = `The live events of the engine at ${this.#options.url} cannot be reached.`;
      this.#firstReady.reject(new AppError("unavailable", sentence));
    }, CONNECT_TIMEOUT_MS);
    try {
      await this.#firstReady.promise;
    } catch (error) {
      this.close();
      throw error;
    } finally {
      clearTimeout(deadline);
    }
  }

  /** May be called twice; nothing is delivered afterwards. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#retry);
    clearInterval(this.#heartbeat);
    this.#firstReady.resolve();
    this.#socket?.close();
  }

  #connect(): void {
    const { url, token } = this.#options;
    const target = new URL("/ws", url);
    target.protocol = target.protocol === "https:" ? "wss:" : "ws:";
    if (this.#since !== undefined) target.searchParams.set("since", this.#since);
    // In a header, because a token in a URL ends up in logs.
    const socket = new WebSocket(target, { headers: { authorization: `Bearer ${token}` } });
    this.#socket = socket;
    this.#heardAtMs = performance.now();
    socket.onmessage = (event) => this.#receive(socket, event.data);
    socket.onclose = (event) => this.#lost(socket, event.code);
  }

  #receive(socket: WebSocket, data: unknown): void {
    if (this.#closed || socket !== this.#socket) return;
    this.#heardAtMs = performance.now();
    const frame = parseFrame(data);
    if (!frame || frame.type === "pong") return;
    if (frame.type === "ready") this.#ready(frame);
    else if (this.#isNew(frame)) this.#options.onEvent(frame);
  }

  #ready(frame: EventFrame): void {
    this.#failures = 0;
    const { cursor } = frame.payload;
    if (typeof cursor === "string" || typeof cursor === "number") this.#since ??= String(cursor);
    this.#firstReady.resolve();
    this.#options.onReady?.();
  }

  #isNew({ id }: EventFrame): boolean {
    if (id === undefined) return true;
    if (this.#seen.has(id)) return false;
    this.#seen.add(id);
    this.#since = id;
    const [oldest] = this.#seen;
    if (this.#seen.size > SEEN_IDS_MAX && oldest !== undefined) this.#seen.delete(oldest);
    return true;
  }

  #lost(socket: WebSocket, code: number): void {
    if (this.#closed || socket !== this.#socket) return;
    this.#socket = undefined;
    // The same token would be refused again; those who wait find out over REST.
    if (code === TOKEN_EXPIRED) return;
    this.#failures += 1;
    this.#retry = setTimeout(() => this.#connect(), backoffMs(this.#failures, RECONNECT));
  }

  #beat(): void {
    const socket = this.#socket;
    if (socket?.readyState !== WebSocket.OPEN) return;
    if (performance.now() - this.#heardAtMs <= SILENCE_MAX_MS) {
      socket.send(JSON.stringify({ type: "ping" }));
      return;
    }
    // A dead peer never completes the closing handshake; go on without it.
    socket.close();
    this.#lost(socket, 1006);
  }
}
