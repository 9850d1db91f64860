const RETRY_MIN_MS = 300;
const RETRY_MAX_MS = 10_000;
/** The engine drops a socket that is silent for 60 s, and so does the page. */
const LIVE_PING_MS = 20_000;
const LIVE_SILENCE_MAX_MS = 60_000;
const LIVE_SEEN_MAX = 5_000;
const LIVE_TOKEN_EXPIRED = 4401;

/**
 * @typedef {{type: string, payload: Record<string, any>, id?: string | number}} Frame
 * @typedef {object} LiveHandlers
 * @property {(frame: Frame) => void} onEvent every event once
 * @property {() => void} onReady connected, at first or again: what is ephemeral may have been missed
 * @property {(connected: boolean) => void} onState
 * @property {() => void} onExpired
 */

/** The live events: comes back by itself with ever longer pauses, and asks for what it missed. */
export class Live {
  #token;
  #handlers;
  /** @type {WebSocket | undefined} */ #socket;
  /** @type {string | undefined} */ #since;
  /** @type {Set<string>} */ #seen = new Set();
  #failures = 0;
  #heardAt = 0;
  #closed = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #retry;
  #heartbeat = setInterval(() => this.#beat(), LIVE_PING_MS);
  #hurry = () => this.#connectNow();

  /**
   * @param {string} token
   * @param {LiveHandlers} handlers
   */
  constructor(token, handlers) {
    this.#token = token;
    this.#handlers = handlers;
    addEventListener("online", this.#hurry);
    this.#connect();
  }

  close() {
    this.#closed = true;
    clearTimeout(this.#retry);
    clearInterval(this.#heartbeat);
    removeEventListener("online", this.#hurry);
    this.#socket?.close();
  }

  #connect() {
    const address = new URL("/ws", location.href);
    address.protocol = location.protocol === "https:" ? "wss:" : "ws:";
    address.searchParams.set("token", this.#token);
    if (this.#since !== undefined) address.searchParams.set("since", this.#since);
    const socket = new WebSocket(address);
    this.#socket = socket;
    this.#heardAt = performance.now();
    socket.onmessage = (event) => this.#receive(socket, event.data);
    socket.onclose = (event) => this.#lost(socket, event.code);
  }

  /** The network is back: no need to sit out the pause. */
  #connectNow() {
    if (this.#socket || this.#closed) return;
    clearTimeout(this.#retry);
    this.#connect();
  }

  /**
   * @param {WebSocket} socket
   * @param {string} data
   */
  #receive(socket, data) {
    if (this.#closed || socket !== this.#socket) return;
    this.#heardAt = performance.now();
    /** @type {Frame} */
    const frame = JSON.parse(data);
    if (frame.type === "ready") this.#ready(frame);
    else if (frame.type !== "pong" && this.#isNew(frame.id)) this.#handlers.onEvent(frame);
  }

  /** @param {Frame} frame */
  #ready(frame) {
    this.#failures = 0;
    this.#since ??= frame.payload.cursor;
    this.#handlers.onState(true);
    this.#handlers.onReady();
  }

  /** @param {string | number | undefined} id */
  #isNew(id) {
    if (id === undefined) return true;
    const key = String(id);
    if (this.#seen.has(key)) return false;
    this.#seen.add(key);
    this.#since = key;
    const [oldest] = this.#seen;
    if (this.#seen.size > LIVE_SEEN_MAX && oldest !== undefined) this.#seen.delete(oldest);
    return true;
  }

  /**
   * @param {WebSocket} socket
   * @param {number} code
   */
  #lost(socket, code) {
    if (this.#closed || socket !== this.#socket) return;
    this.#socket = undefined;
    this.#handlers.onState(false);
    if (code === LIVE_TOKEN_EXPIRED) return this.#handlers.onExpired();
    const full = Math.min(RETRY_MAX_MS, RETRY_MIN_MS * 2 ** this.#failures++);
    this.#retry = setTimeout(() => this.#connect(), full / 2 + (Math.random() * full) / 2);
  }

  #beat() {
    const socket = this.#socket;
    if (socket?.readyState !== WebSocket.OPEN) return;
    if (performance.now() - this.#heardAt <= LIVE_SILENCE_MAX_MS) {
      socket.send('{"type":"ping"}');
      return;
    }
    // A peer that is gone never answers the close either.
    socket.close();
    this.#lost(socket, 1006);
  }
}
