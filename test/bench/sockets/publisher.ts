/**
 * Publishes on Redis as cheaply as can be: what is told between two flushes goes out in one write, and no
 * answer is waited for.
 */
export class Publisher {
  #socket: Bun.Socket | undefined;
  #parts: Buffer[] = [];
  /** What the system has not taken yet. */
  #unsent = Buffer.alloc(0);

  static async open(redisUrl: string): Promise<Publisher> {
    const publisher = new Publisher();
    const { hostname, port } = new URL(redisUrl);
    publisher.#socket = await Bun.connect({
      hostname,
      port: Number(port),
      socket: { data: () => undefined, drain: () => publisher.flush() },
    });
    return publisher;
  }

  publish(channel: string, message: string | Buffer): void {
    const body = typeof message === "string" ? Buffer.from(message) : message;
    const name = Buffer.byteLength(channel);
    const head = `*3\r\n$7\r\nPUBLISH\r\n$${name}\r\n${channel}\r\n$${body.length}\r\n`;
    this.#parts.push(Buffer.from(head), body, END);
  }

  flush(): void {
    if (this.#parts.length > 0) this.#unsent = Buffer.concat([this.#unsent, ...this.#parts]);
    this.#parts = [];
    if (this.#unsent.length === 0) return;
    const written = this.#socket?.write(this.#unsent) ?? 0;
    this.#unsent = this.#unsent.subarray(Math.max(0, written));
  }

  close(): void {
    this.#socket?.end();
  }
}

const END = Buffer.from("\r\n");
