import { connect, type Socket } from "node:net";

/** A frame as it is on the wire. */
export interface RawFrame {
  readonly opcode: number;
  readonly payload: Buffer;
}

export const OPCODE = { text: 1, close: 8, ping: 9, pong: 10 } as const;

/**
 * A WebSocket client that does only what it is told: it answers no ping, and may stop reading. For what a
 * well-behaved client cannot show.
 */
export class RawSocket {
  /** The status of the answer to the upgrade: 101 for a socket. */
  readonly status: Promise<number>;
  /** Resolves when the connection is gone, with the code of the close frame if there was one. */
  readonly gone: Promise<number | undefined>;
  readonly frames: RawFrame[] = [];
  readonly #socket: Socket;
  #unread = Buffer.alloc(0);
  #open = false;
  #answered: (status: number) => void = () => {};

  constructor(url: string) {
    const { hostname, port, pathname, search } = new URL(url);
    this.status = new Promise((resolve) => {
      this.#answered = resolve;
    });
    this.#socket = connect(Number(port), hostname, () =>
      this.#handshake(pathname + search, hostname),
    );
    this.#socket.on("data", (chunk) => this.#receive(Buffer.from(chunk)));
    this.#socket.on("error", () => undefined); // It shows as `gone`.
    this.gone = new Promise((resolve) => {
      this.#socket.on("close", () => resolve(this.closeCode()));
    });
  }

  send(opcode: number, payload: string | Buffer): void {
    this.#socket.write(encodeFrame(opcode, Buffer.from(payload)));
  }

  /** Writes frames already encoded; resolves with true when the system has taken them all. */
  write(bytes: Uint8Array): Promise<boolean> {
    return new Promise((resolve) => {
      this.#socket.write(bytes, (error) => resolve(!error));
    });
  }

  /** Stops reading: what the server sends fills the buffers between. */
  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  /** The port that the system gave this end; the server knows the connection by it. */
  get localPort(): number {
    return this.#socket.localPort ?? 0;
  }

  /** The server's frames of text, decoded. */
  messages(): { readonly type: string; readonly id?: string }[] {
    return this.frames
      .filter(({ opcode }) => opcode === OPCODE.text)
      .map(({ payload }) => JSON.parse(payload.toString()) as { type: string; id?: string });
  }

  /** The code of the server's close frame, if it came. */
  closeCode(): number | undefined {
    const close = this.frames.find((frame) => frame.opcode === OPCODE.close);
    return close && close.payload.length >= 2 ? close.payload.readUInt16BE(0) : undefined;
  }

  destroy(): void {
    this.#socket.destroy();
  }

  #handshake(path: string, host: string): void {
    const key = Buffer.from(crypto.getRandomValues(new Uint8Array(16))).toString("base64");
    const lines = [
      `GET ${path} HTTP/1.1`,
      `Host: ${host}`,
      "Upgrade: websocket",
      "Connection: Upgrade",
      `Sec-WebSocket-Key: ${key}`,
      "Sec-WebSocket-Version: 13",
    ];
    this.#socket.write(`${lines.join("\r\n")}\r\n\r\n`);
  }

  #receive(chunk: Buffer): void {
    this.#unread = Buffer.concat([this.#unread, chunk]);
    if (!this.#open) this.#readAnswer();
    if (this.#open) this.#readFrames();
  }

  #readAnswer(): void {
    const end = this.#unread.indexOf("\r\n\r\n");
    if (end < 0) return;
    const status = Number(this.#unread.toString("latin1", 9, 12));
    this.#unread = this.#unread.subarray(end + 4);
    this.#open = status === 101;
    this.#answered(status);
  }

  #readFrames(): void {
    for (;;) {
      const decoded = decodeFrame(this.#unread);
      if (!decoded) return;
      this.frames.push(decoded.frame);
      this.#unread = this.#unread.subarray(decoded.length);
    }
  }
}

/** A client's frame, masked with zeros: the mask is demanded, its value is not. */
export function encodeFrame(opcode: number, payload: Buffer): Buffer {
  const mask = Buffer.alloc(4);
  return Buffer.concat([Buffer.from([0x80 | opcode]), lengthOf(payload), mask, payload]);
}

function lengthOf(payload: Buffer): Buffer {
  if (payload.length < 126) return Buffer.from([0x80 | payload.length]);
  const long = payload.length > 0xffff;
  const bytes = Buffer.alloc(long ? 9 : 3);
  bytes[0] = 0x80 | (long ? 127 : 126);
  if (long) bytes.writeBigUInt64BE(BigInt(payload.length), 1);
  else bytes.writeUInt16BE(payload.length, 1);
  return bytes;
}

/** A server's frame is not masked; undefined while it is incomplete. */
function decodeFrame(bytes: Buffer): { frame: RawFrame; length: number } | undefined {
  const [first, second] = bytes;
  if (first === undefined || second === undefined) return undefined;
  const header = { 126: 4, 127: 10 }[second & 0x7f] ?? 2;
  if (bytes.length < header) return undefined;
  const size =
    header === 2
      ? second & 0x7f
      : header === 4
        ? bytes.readUInt16BE(2)
        : Number(bytes.readBigUInt64BE(2));
  if (bytes.length < header + size) return undefined;
  const payload = Buffer.from(bytes.subarray(header, header + size));
  return { frame: { opcode: first & 0x0f, payload }, length: header + size };
}
