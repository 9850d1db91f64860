import type { AnyElysia } from "elysia";
import type { Service } from "../service.ts";

/** Uploads are bounded where they are read, each file and the whole. */
const REQUEST_BYTES_MAX = Number.MAX_SAFE_INTEGER;

/** An app that listens. */
export class HttpServer implements Service {
  readonly name = "http";
  readonly #app: AnyElysia;

  constructor(
    app: AnyElysia,
    private readonly address: { readonly host: string; readonly port: number },
  ) {
    this.#app = app;
  }

  /** The port it listens on, also where any free one was asked for. */
  get port(): number {
    return this.#app.server?.port ?? this.address.port;
  }

  async start(): Promise<void> {
    const { host, port } = this.address;
    this.#app.listen({ hostname: host, port, maxRequestBodySize: REQUEST_BYTES_MAX });
  }

  async stop(): Promise<void> {
    await this.#app.stop(false);
  }
}
