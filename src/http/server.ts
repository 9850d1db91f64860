import type { AnyElysia } from "elysia";
import { AppError, messageOf } from "../error.ts";
import { type Service, sleep } from "../service.ts";

/** Uploads are bounded where they are read, each file and the whole. */
const REQUEST_BYTES_MAX = Number.MAX_SAFE_INTEGER;

/** Sockets that a server has beside its routes. */
export interface Sockets {
  readonly handler: object;
  /** Called once the server listens. */
  attach(server: Bun.Server<unknown>): void;
}

/** An app that listens. */
export class HttpServer implements Service {
  readonly name = "http";
  readonly #app: AnyElysia;

  constructor(
    app: AnyElysia,
    private readonly address: { readonly host: string; readonly port: number },
    /** How long calls that run may take to end when the server stops. */
    private readonly drainMs: number,
    private readonly sockets?: Sockets,
  ) {
    this.#app = app;
  }

  /** The port it listens on, also where any free one was asked for. */
  get port(): number {
    return this.#app.server?.port ?? this.address.port;
  }

  /** @throws AppError `unavailable` if the port is taken, or the address is no one of this machine's */
  async start(): Promise<void> {
    const { host, port } = this.address;
    const options = {
      hostname: host,
      port,
      // Elysia would share the port with whoever has it, and half of the calls would go there.
      reusePort: false,
      maxRequestBodySize: REQUEST_BYTES_MAX,
      // Instead of Elysia's own, which hold on to each socket's request.
      ...(this.sockets ? { websocket: this.sockets.handler } : {}),
    };
    try {
      this.#app.listen(options);
    } catch (error) {
      throw notListening(this.address, error);
    }
    if (this.#app.server) this.sockets?.attach(this.#app.server);
  }

  /** Lets the calls that run end; whatever still holds a connection after that is cut off. */
  async stop(): Promise<void> {
    const drained = new AbortController();
    const draining = this.#app.stop(false).finally(() => drained.abort());
    await Promise.race([draining, sleep(this.drainMs, drained.signal)]);
    if (!drained.signal.aborted) await this.#app.stop(true);
  }
}

function notListening({ host, port }: { host: string; port: number }, error: unknown): AppError {
  const taken = error instanceof Error && "code" in error && error.code === "EADDRINUSE";
  const sentence = taken
    ? `Port ${port} of ${host} is taken; set PORT to another one, or to 0 for any.`
    : `Nobody can listen on port ${port} of ${host} (${messageOf(error)}); set HOST or PORT.`;
  return new AppError("unavailable", sentence, { cause: error });
}
