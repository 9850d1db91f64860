/** A frame of the server: JSON with a type; `id` only where the event is durable. */
export interface Frame {
  readonly type: string;
  readonly payload?: unknown;
  readonly id?: string;
}

interface Waiter {
  readonly wants: (frame: Frame) => boolean;
  readonly resolve: (frame: Frame) => void;
  readonly reject: (why: string) => void;
}

/** It only bounds a hang. */
const FRAME_TIMEOUT_MS = 45_000;

/** A WebSocket that remembers every frame, so that a test may wait for one that came before it asked. */
export class LiveSocket {
  readonly frames: Frame[] = [];
  /** How the connection ended. */
  readonly closed: Promise<{ code: number; reason: string }>;
  readonly #waiters = new Set<Waiter>();

  private constructor(readonly socket: WebSocket) {
    socket.addEventListener("message", (event) => this.#receive(String(event.data)));
    this.closed = new Promise((resolve) => {
      socket.addEventListener("close", ({ code, reason }) => {
        for (const waiter of this.#waiters) waiter.reject(`as the socket closed with ${code}`);
        resolve({ code, reason });
      });
    });
  }

  static open(url: string, headers: Record<string, string> = {}): LiveSocket {
    return new LiveSocket(new WebSocket(url, { headers }));
  }

  /** The first frame, past or to come, that `wants` accepts; there is none when the socket has closed without it. */
  frame(wants: (frame: Frame) => boolean, timeoutMs = FRAME_TIMEOUT_MS): Promise<Frame> {
    const past = this.frames.find(wants);
    if (past) return Promise.resolve(past);
    const { promise, resolve, reject } = Promise.withResolvers<Frame>();
    const waiter: Waiter = {
      wants,
      resolve,
      reject: (why) => {
        const got = this.frames.map((frame) => JSON.stringify(frame)).join("\n");
        reject(new Error(`No such frame ${why}. Frames so far:\n${got}`));
      },
    };
    if (this.socket.readyState === WebSocket.CLOSED) waiter.reject("before the socket closed");
    const timer = setTimeout(() => waiter.reject(`in ${timeoutMs} ms`), timeoutMs);
    this.#waiters.add(waiter);
    return promise.finally(() => {
      clearTimeout(timer);
      this.#waiters.delete(waiter);
    });
  }

  /** The first frame of a type whose payload holds; the payload's shape is the caller's claim. */
  async waitFor<T = Record<string, unknown>>(
    type: string,
    holds: (payload: T) => boolean = () => true,
    timeoutMs?: number,
  ): Promise<Frame & { readonly payload: T }> {
    const found = await this.frame(
      (frame) => frame.type === type && holds(frame.payload as T),
      timeoutMs,
    );
    return { ...found, payload: found.payload as T };
  }

  /** All frames of a type so far. */
  ofType(type: string): Frame[] {
    return this.frames.filter((frame) => frame.type === type);
  }

  send(data: unknown): void {
    this.socket.send(typeof data === "string" ? data : JSON.stringify(data));
  }

  async close(): Promise<void> {
    if (this.socket.readyState === WebSocket.CLOSED) return;
    this.socket.close();
    await this.closed;
  }

  #receive(text: string): void {
    const frame = JSON.parse(text) as Frame;
    this.frames.push(frame);
    for (const waiter of this.#waiters) {
      if (waiter.wants(frame)) waiter.resolve(frame);
    }
  }
}
