import { encodeFrame, OPCODE } from "../../support/raw-socket.ts";

const HEADERS = [
  "Upgrade: websocket",
  "Connection: Upgrade",
  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
  "Sec-WebSocket-Version: 13",
].join("\r\n");
const END_OF_HEAD = "\r\n\r\n";
const EMPTY = Buffer.alloc(0);

/** Gets each frame of text as a part of the bytes that came: `bytes.subarray(start, end)`. */
export type OnText = (wire: Wire, bytes: Buffer, start: number, end: number) => void;

/**
 * A WebSocket client that costs next to nothing: it finds the frames in what comes, and makes no string of
 * them. For measuring servers on a machine that also has to play their clients.
 */
export class Wire {
  /** Set by whoever counts. */
  received = 0;
  ready = false;
  /** The code of the server's close frame; 0 while there is none. */
  closeCode = 0;
  #socket: Bun.Socket<Wire> | undefined;
  #rest: Buffer = EMPTY;
  #open = false;

  private constructor(
    readonly url: URL,
    private readonly onText: OnText,
    private readonly onClose: (wire: Wire) => void,
  ) {}

  /** Resolves when the connection stands; the server's frames come later. */
  static async open(
    url: string,
    onText: OnText,
    onClose: (wire: Wire) => void = () => {},
  ): Promise<Wire> {
    const wire = new Wire(new URL(url), onText, onClose);
    const { hostname, port } = wire.url;
    await Bun.connect<Wire>({ hostname, port: Number(port), data: wire, socket: HANDLER });
    return wire;
  }

  sendText(text: string): void {
    this.#socket?.write(encodeFrame(OPCODE.text, Buffer.from(text)));
  }

  close(): void {
    this.#socket?.end();
  }

  /** For the handler of its socket alone. */
  opened(socket: Bun.Socket<Wire>): void {
    this.#socket = socket;
    const { pathname, search, host } = this.url;
    socket.write(`GET ${pathname}${search} HTTP/1.1\r\nHost: ${host}\r\n${HEADERS}${END_OF_HEAD}`);
  }

  closed(): void {
    this.onClose(this);
  }

  take(chunk: Buffer): void {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const start = this.#open ? 0 : this.#readHead(bytes);
    const end = this.#open ? this.#readFrames(bytes, start) : 0;
    this.#rest = end === bytes.length ? EMPTY : bytes.subarray(end);
  }

  /** @returns where the frames begin */
  #readHead(bytes: Buffer): number {
    const end = bytes.indexOf(END_OF_HEAD);
    if (end < 0) return 0;
    const status = bytes.toString("latin1", 9, 12);
    if (status !== "101") throw new Error(`A socket was refused: ${bytes.toString()}`);
    this.#open = true;
    return end + END_OF_HEAD.length;
  }

  /** @returns where the first incomplete frame begins */
  #readFrames(bytes: Buffer, from: number): number {
    let at = from;
    while (at + 2 <= bytes.length) {
      const short = (bytes[at + 1] ?? 0) & 0x7f;
      const start = at + (short < 126 ? 2 : short === 126 ? 4 : 10);
      if (start > bytes.length) break;
      const length =
        short < 126
          ? short
          : short === 126
            ? bytes.readUInt16BE(at + 2)
            : Number(bytes.readBigUInt64BE(at + 2));
      if (start + length > bytes.length) break;
      this.#takeFrame((bytes[at] ?? 0) & 0x0f, bytes, start, start + length);
      at = start + length;
    }
    return at;
  }

  #takeFrame(opcode: number, bytes: Buffer, start: number, end: number): void {
    if (opcode === OPCODE.text) this.onText(this, bytes, start, end);
    else if (opcode === OPCODE.ping)
      this.#socket?.write(encodeFrame(OPCODE.pong, bytes.subarray(start, end)));
    else if (opcode === OPCODE.close && end - start >= 2)
      this.closeCode = bytes.readUInt16BE(start);
  }
}

const HANDLER: Bun.SocketHandler<Wire> = {
  open: (socket) => socket.data.opened(socket),
  data: (socket, chunk) => socket.data.take(chunk),
  close: (socket) => socket.data.closed(),
  error: () => undefined, // It shows as a close.
};
