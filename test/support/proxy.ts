import { connect, createServer, type Socket } from "node:net";
import { atTheEnd } from "./child.ts";
import { freePort } from "./ports.ts";

/** A network between a process and a server, to be broken in the ways that networks break. */
export interface Proxy {
  readonly port: number;
  /** Hands everything on; what was held back goes first. */
  pass(): void;
  /** Hands everything on, this much later. */
  delay(ms: number): void;
  /**
   * Nothing goes through and nobody is told, as with a cable pulled: connections stand, what is sent
   * waits, new connections get no answer. `pass` puts the cable back.
   */
  blackHole(): void;
  /**
   * The connections of now stay silent for ever, as when a firewall forgets them; new ones are fine.
   * @param ports only those that the server sees coming from these ports
   */
  strand(ports?: ReadonlySet<number>): void;
  /** Cuts the connections of now with a reset; new ones are fine. */
  reset(): void;
  /** Cuts all connections and lets no new one in, as with a server that is gone. */
  refuse(): void;
  connections(): number;
  stop(): Promise<void>;
}

type Mode = "pass" | "hold" | "refuse";

/** Bytes that one direction holds back before its sender has to wait. */
const HELD_BYTES_MAX = 1024 * 1024;

/** Starts a proxy on a free port of the loopback. */
export async function startProxy(targetPort: number): Promise<Proxy> {
  const port = await freePort();
  const links = new Set<Link>();
  let mode: Mode = "pass";
  let delayMs = 0;
  const server = createServer((client) => {
    if (mode === "refuse") return void client.resetAndDestroy();
    const link = new Link(client, targetPort, () => links.delete(link));
    links.add(link);
    link.set(mode === "hold", delayMs);
  });
  await new Promise<void>((resolve) => {
    server.listen(port, "127.0.0.1", resolve);
  });
  const enter = (next: Mode, ms = 0) => {
    [mode, delayMs] = [next, ms];
    for (const link of links) link.set(next === "hold", ms);
  };
  const cut = () => {
    for (const link of links) link.cut();
  };
  const stop = async () => {
    cut();
    await new Promise((resolve) => {
      server.close(resolve);
    });
  };
  atTheEnd(stop);
  return {
    port,
    pass: () => enter("pass"),
    delay: (ms) => enter("pass", ms),
    blackHole: () => enter("hold"),
    strand: (ports) => {
      for (const link of links) if (ports?.has(link.serverSidePort) ?? true) link.strand();
    },
    reset: cut,
    refuse: () => {
      enter("refuse");
      cut();
    },
    connections: () => links.size,
    stop,
  };
}

/** The address of a server, by way of the proxy. */
export function through(proxy: Proxy, url: string): string {
  const own = new URL(url);
  own.hostname = "127.0.0.1";
  own.port = String(proxy.port);
  return own.href;
}

/** One client's connection and its counterpart to the server, made once bytes may pass. */
class Link {
  #server: Socket | undefined;
  readonly #up: Stream;
  readonly #down: Stream;
  #stranded = false;

  constructor(
    private readonly client: Socket,
    private readonly targetPort: number,
    private readonly onEnd: () => void,
  ) {
    client.setNoDelay(true);
    this.#up = new Stream(client, () => this.#end());
    this.#down = new Stream(undefined, () => this.#end());
  }

  set(held: boolean, delayMs: number): void {
    if (this.#stranded) return;
    if (!held && !this.#server) this.#connect();
    this.#up.set(held, delayMs);
    this.#down.set(held, delayMs);
  }

  /** Where the server sees it coming from; 0 as long as it does not. */
  get serverSidePort(): number {
    return this.#server?.localPort ?? 0;
  }

  strand(): void {
    this.set(true, 0);
    this.#stranded = true;
  }

  cut(): void {
    this.client.resetAndDestroy();
    this.#server?.resetAndDestroy();
    this.onEnd();
  }

  #connect(): void {
    const server = connect({ port: this.targetPort, host: "127.0.0.1", noDelay: true });
    this.#server = server;
    this.#up.to = server;
    this.#down.from = server;
    this.#down.to = this.client;
  }

  #end(): void {
    this.client.destroy();
    this.#server?.destroy();
    this.onEnd();
  }
}

/** One direction of a link: bytes and the end of them, in order, now or later. */
class Stream {
  to: Socket | undefined;
  readonly #waiting: { readonly chunk: Buffer | null; readonly dueAt: number }[] = [];
  #held = false;
  #delayMs = 0;
  #heldBytes = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #from: Socket | undefined;

  constructor(
    from: Socket | undefined,
    private readonly onEnd: () => void,
  ) {
    if (from) this.from = from;
  }

  set from(from: Socket) {
    this.#from = from;
    from.on("error", () => undefined);
    from.on("data", (chunk) => this.#take(Buffer.from(chunk)));
    from.on("close", () => this.#take(null));
  }

  set(held: boolean, delayMs: number): void {
    [this.#held, this.#delayMs] = [held, delayMs];
    this.#flush();
  }

  #take(chunk: Buffer | null): void {
    this.#waiting.push({ chunk, dueAt: performance.now() + this.#delayMs });
    this.#heldBytes += chunk?.length ?? 0;
    if (this.#heldBytes > HELD_BYTES_MAX) this.#from?.pause();
    this.#flush();
  }

  #flush(): void {
    clearTimeout(this.#timer);
    while (!this.#held && this.to) {
      const [first] = this.#waiting;
      if (!first) break;
      const leftMs = first.dueAt - performance.now();
      if (leftMs > 0) {
        this.#timer = setTimeout(() => this.#flush(), leftMs);
        return;
      }
      this.#waiting.shift();
      if (first.chunk === null) return this.onEnd();
      this.#write(this.to, first.chunk);
    }
  }

  #write(to: Socket, chunk: Buffer): void {
    to.write(chunk, () => {
      this.#heldBytes -= chunk.length;
      if (this.#heldBytes <= HELD_BYTES_MAX) this.#from?.resume();
    });
  }
}
