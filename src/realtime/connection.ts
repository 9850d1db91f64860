import type { Topic } from "../event/event.ts";
import { CLOSE, type Frame } from "./frame.ts";
import { TokenBucket } from "./token-bucket.ts";

/** What a connection needs of a native socket. */
export interface Socket {
  /** @returns below 0 if the frame waits in the buffer */
  send(data: string): number;
  subscribe(topic: string): boolean;
  /** @returns whether it was subscribed */
  unsubscribe(topic: string): boolean;
  isSubscribed(topic: string): boolean;
  readonly subscriptions: string[];
  /** Bytes that the system has not taken yet. */
  getBufferedAmount(): number;
  ping(): number;
  close(code: number, reason: string): void;
  terminate(): void;
}

/** What lets a user stay: it may be replaced by that of a newer token. */
export interface Permit {
  /** Milliseconds since the epoch. */
  readonly expiresAtMs: number;
  /** The provider's session that the token is of, which may be ended before the token expires. */
  readonly sessionId: string | null;
}

export interface ConnectionFields extends Permit {
  readonly id: string;
  readonly userId: string;
  readonly tenantId: string;
}

/** A reader that is further behind is too slow to be kept. */
export const BUFFER_BYTES_MAX = 1024 * 1024;
/** As is one that takes nothing of what waits for it. */
const STALL_MS = 5_000;
/** One that takes nothing for so long does not hear the farewell either; well below 10 s with what the system buffers. */
const CUT_OFF_MS = 7_000;
/** How long one that does read may take for what waits before the farewell. */
const FAREWELL_MS = 10_000;
const PING_AFTER_MS = 25_000;
const PONG_GRACE_MS = 8_000;
/** Far above what a client has reason to send. */
const FRAMES_PER_SECOND = 20;
const FRAMES_BURST = 60;

/**
 * One socket of one user. There are thousands, most of them idle: what few of them need is made when they need
 * it, and what they follow is the native socket's to know.
 */
export class Connection {
  #frames: TokenBucket | undefined;
  #fields: ConnectionFields;
  #pongedAt: number;
  #pingedAt: number | undefined;
  #bufferedBytes = 0;
  /** When the buffer last went down, or began to fill. */
  #readAt = 0;
  #isReady = false;
  #end: { readonly code: number; readonly reason: string; readonly atMs: number } | undefined;
  #gone = false;
  #drained: PromiseWithResolvers<void> | undefined;

  constructor(
    fields: ConnectionFields,
    private readonly socket: Socket,
    /** A clock that never goes back, in milliseconds. */
    private readonly now: () => number = () => performance.now(),
  ) {
    this.#fields = fields;
    this.#pongedAt = now();
  }

  get fields(): ConnectionFields {
    return this.#fields;
  }

  /** Whether frames are still sent and taken. */
  get isOpen(): boolean {
    return this.#end === undefined && !this.#gone;
  }

  /** Whether it has been greeted, and follows its topics. */
  get isReady(): boolean {
    return this.#isReady && this.isOpen;
  }

  /** What it follows. */
  get topics(): Topic[] {
    return this.socket.subscriptions as Topic[];
  }

  /** Sends the first frame; from then on it hears of its topics. */
  greet(frame: Frame, topics: Iterable<Topic>): void {
    this.sendFrame(frame);
    this.#isReady = true;
    for (const topic of topics) this.follow(topic);
  }

  /** @returns whether that is new to it */
  follow(topic: Topic): boolean {
    if (!this.isOpen || this.socket.isSubscribed(topic)) return false;
    return this.socket.subscribe(topic);
  }

  /** @returns whether it had followed it */
  unfollow(topic: Topic): boolean {
    return !this.#gone && this.socket.unsubscribe(topic);
  }

  follows(topic: Topic): boolean {
    return this.isOpen && this.socket.isSubscribed(topic);
  }

  /** Sends a frame to this socket alone. */
  send(data: string): void {
    if (!this.isOpen) return;
    if (this.#bufferedBytes > 0) this.measure();
    if (this.socket.send(data) < 0) this.measure();
  }

  sendFrame(frame: Frame): void {
    this.send(JSON.stringify(frame));
  }

  /** Resolves when nothing waits to be read any more, or the connection is over. */
  async drained(): Promise<void> {
    this.measure();
    if (!this.isOpen || this.#bufferedBytes === 0) return;
    this.#drained ??= Promise.withResolvers();
    await this.#drained.promise;
  }

  /**
   * Counts a frame of the client's, of whatever kind; too many close the connection.
   * @returns whether it may be handled
   */
  admit(): boolean {
    if (!this.isOpen) return false;
    this.#frames ??= new TokenBucket(FRAMES_PER_SECOND, FRAMES_BURST);
    if (this.#frames.take(this.now())) return true;
    this.close(CLOSE.tooManyFrames, "The client sends too many frames.");
    return false;
  }

  ponged(): void {
    this.#pongedAt = this.now();
    this.#pingedAt = undefined;
  }

  renew({ expiresAtMs, sessionId }: Permit): void {
    this.#fields = { ...this.#fields, expiresAtMs, sessionId };
  }

  /**
   * Says why and closes. What still waits to be read comes first, for a bounded time: once Bun has been told
   * to close, it can no longer be told to terminate, and keeps the socket of one who does not read.
   */
  close(code: number, reason: string): void {
    if (!this.isOpen) return;
    this.#end = { code, reason, atMs: this.now() };
    this.#drained?.resolve();
    for (const topic of this.topics) this.unfollow(topic);
    this.measure();
    if (this.#bufferedBytes === 0) this.socket.close(code, reason);
  }

  /** The system has taken what waited, or a part of it. */
  onDrain(): void {
    if (this.#gone) return;
    // As much may have been published meanwhile: that the buffer went down does not show in its size.
    this.#readAt = this.now();
    this.measure();
    if (this.#bufferedBytes > 0) return;
    if (this.#end) return this.socket.close(this.#end.code, this.#end.reason);
    this.#drained?.resolve();
    this.#drained = undefined;
  }

  onClose(): void {
    this.#gone = true;
    this.#drained?.resolve();
  }

  /** Pings, drops the dead and the stalled, and lets no one stay longer than their token. */
  check(): void {
    if (this.#gone) return;
    this.measure();
    if (this.#end) this.#checkFarewell(this.#end.atMs);
    else if (Date.now() >= this.#fields.expiresAtMs)
      this.close(CLOSE.tokenExpired, "The token has expired.");
    else if (this.#bufferedBytes > 0) this.#checkReading();
    else this.#checkAnswering();
  }

  #checkFarewell(sinceMs: number): void {
    const now = this.now();
    if (now - this.#readAt > CUT_OFF_MS || now - sinceMs > FAREWELL_MS) this.socket.terminate();
  }

  #checkReading(): void {
    if (this.now() - this.#readAt > STALL_MS)
      this.close(CLOSE.tooSlow, "The connection has stopped reading.");
  }

  /** A peer that only sends is no sign that anything reaches it, so nothing but a pong counts. */
  #checkAnswering(): void {
    const now = this.now();
    if (this.#pingedAt !== undefined) {
      // A pong comes after what was to be read before the ping.
      if (now - Math.max(this.#pingedAt, this.#readAt) > PONG_GRACE_MS) this.socket.terminate();
    } else if (now - this.#pongedAt > PING_AFTER_MS) {
      this.#pingedAt = now;
      this.socket.ping();
    }
  }

  /** Looks how much waits to be read, and lets go of one for whom it is too much. */
  measure(): void {
    if (this.#gone) return;
    const bytes = this.socket.getBufferedAmount();
    const began = this.#bufferedBytes === 0 && bytes > 0;
    if (began || bytes < this.#bufferedBytes) this.#readAt = this.now();
    this.#bufferedBytes = bytes;
    if (bytes > BUFFER_BYTES_MAX) this.close(CLOSE.tooSlow, "The connection is too slow.");
  }
}
