import { CLOSE, type Frame } from "./frame.ts";

/** What the hub needs of a native socket. */
export interface Socket {
  /** @returns 0 if the frame was dropped because the buffer is full */
  send(data: string): number;
  ping(): number;
  close(code: number, reason: string): void;
  terminate(): void;
}

export interface ConnectionFields {
  readonly id: string;
  readonly userId: string;
  readonly tenantId: string;
  /** Milliseconds since the epoch. */
  readonly expiresAtMs: number;
}

/** A reader that is further behind is too slow to be kept. */
export const BUFFER_BYTES_MAX = 1024 * 1024;
const PING_AFTER_MS = 25_000;
const PONG_GRACE_MS = 8_000;
/** A reader that does not read does not read the close frame either. */
const CLOSE_GRACE_MS = 5_000;

/** One socket of one user. */
export class Connection {
  #heardAt = performance.now();
  #pingedAt: number | undefined;
  #closed = false;

  constructor(
    readonly fields: ConnectionFields,
    private readonly socket: Socket,
  ) {}

  /** Sends a frame that has been serialised once for all its readers. */
  send(data: string): void {
    if (this.#closed) return;
    if (this.socket.send(data) === 0) this.close(CLOSE.tooSlow, "The connection is too slow.");
  }

  sendFrame(frame: Frame): void {
    this.send(JSON.stringify(frame));
  }

  heard(): void {
    this.#heardAt = performance.now();
    this.#pingedAt = undefined;
  }

  close(code: number, reason: string): void {
    if (this.#closed) return;
    this.#closed = true;
    this.socket.close(code, reason);
    setTimeout(() => this.socket.terminate(), CLOSE_GRACE_MS).unref();
  }

  /** Pings the silent, drops the dead, and lets no one stay longer than their token. */
  check(now: number, wallClockMs: number): void {
    if (this.#closed) return;
    if (wallClockMs >= this.fields.expiresAtMs)
      return this.close(CLOSE.tokenExpired, "The token has expired.");
    if (this.#pingedAt !== undefined && now - this.#pingedAt > PONG_GRACE_MS) {
      this.#closed = true;
      this.socket.terminate();
    } else if (this.#pingedAt === undefined && now - this.#heardAt > PING_AFTER_MS) {
      this.#pingedAt = now;
      this.socket.ping();
    }
  }
}
