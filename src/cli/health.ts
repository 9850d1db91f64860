import { get } from "node:http";
import { text } from "node:stream/consumers";
import type { Config } from "../config.ts";
import { AppError, messageOf } from "../error.ts";

/** Longer than `/ready` waits for the parts beside the engine. */
const TIMEOUT_MS = 4_000;

interface Answer {
  readonly status: number | undefined;
  readonly body: string;
}

/**
 * `health [--ready]`: asks the engine beside this process how it is, as the health check of a container does.
 * @returns what `/health` or `/ready` answers
 * @throws AppError `unavailable` if it is anything but 200
 */
export async function healthVerb(args: readonly string[], config: Config): Promise<string> {
  const [flag, ...more] = args;
  if ((flag ?? "--ready") !== "--ready" || more.length > 0)
    throw new AppError("invalid_request", "health takes nothing, or --ready.");
  const { status, body } = await ask(urlOf(config, flag ? "/ready" : "/health"));
  if (status !== 200) throw new AppError("unavailable", `The engine answers ${status}: ${body}`);
  return body;
}

function urlOf({ host, port }: Config, path: string): string {
  const any = host === "0.0.0.0" || host === "::";
  const name = host.includes(":") ? `[${host}]` : host;
  return `http://${any ? "127.0.0.1" : name}:${port}${path}`;
}

/** Not `fetch`, which would ask the proxy of `HTTP_PROXY` for it. */
async function ask(url: string): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const request = get(url, { signal: AbortSignal.timeout(TIMEOUT_MS) }, (response) => {
    text(response).then((body) => resolve({ status: response.statusCode, body }), reject);
  });
  request.on("error", reject);
  return await promise.catch((error: unknown) => {
    throw new AppError("unavailable", `No engine answers at ${url}: ${messageOf(error)}`, {
      cause: error,
    });
  });
}
