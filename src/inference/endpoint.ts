import { AppError } from "../error.ts";
import { readRetryAfter } from "../service.ts";

/**
 * Why an endpoint gave nothing: it is out of reach, too slow or too busy; it broke on this request; it does
 * not let us in as we are set up; it will not have this input; or nobody can read what it said.
 */
export type Trouble = "away" | "slow" | "busy" | "broken" | "settings" | "refused" | "unreadable";

/** A call that gave nothing. Its sentence holds neither the key nor anything that was sent or received. */
export class EndpointError extends AppError {
  constructor(
    readonly trouble: Trouble,
    message: string,
    readonly retryAfterMs?: number,
  ) {
    super("unavailable", message);
  }
}

export interface EndpointOptions {
  /** As a sentence about it begins: `The embedding endpoint`. */
  readonly name: string;
  readonly url: string;
  readonly apiKey?: string | undefined;
  /** The settings that an operator should look at when it does not let us in. */
  readonly settings: string;
}

/** Statuses that mean "try again later". */
const BUSY: ReadonlySet<number> = new Set([408, 425, 429, 502, 503, 504]);
const REFUSED: ReadonlySet<number> = new Set([400, 413, 422]);
/** 128 vectors of 4,000 numbers are some 10 MB. */
const BODY_BYTES_MAX = 32 * 1024 * 1024;

/** A model behind an address that takes JSON by POST and answers with JSON. */
export class Endpoint {
  readonly #options: EndpointOptions;

  constructor(options: EndpointOptions) {
    this.#options = options;
  }

  /**
   * Asks once, and follows no redirect: where texts go is for the operator to say.
   * @param signal aborts a call that takes too long, by `AbortSignal.timeout`, or that nobody waits for
   * @throws EndpointError; the signal's reason if it was aborted by anything but a time-out
   */
  async post(body: object, signal: AbortSignal): Promise<unknown> {
    const { url, apiKey } = this.#options;
    try {
      const response = await fetch(url, {
        method: "POST",
        headers: {
          "content-type": "application/json",
          ...(apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }),
        },
        body: JSON.stringify(body),
        redirect: "manual",
        signal,
      });
      if (!response.ok) throw await this.#failureOf(response);
      return JSON.parse(await readBody(response)) as unknown;
    } catch (error) {
      throw this.#translate(error, signal);
    }
  }

  unreadable(): EndpointError {
    return this.#error("unreadable", "gave a reply that cannot be read");
  }

  /** The original error is left behind on purpose: it may quote what was sent, and ends up in logs. */
  #translate(error: unknown, signal: AbortSignal): unknown {
    if (error instanceof EndpointError) return error;
    if (signal.aborted)
      return isTimeout(signal.reason)
        ? this.#error("slow", "did not answer in time")
        : (signal.reason as unknown);
    if (error instanceof SyntaxError || error instanceof TooLarge) return this.unreadable();
    return this.#error("away", "cannot be reached");
  }

  async #failureOf({ status, headers, body }: Response): Promise<EndpointError> {
    await body?.cancel().catch(() => undefined);
    const retryAfterMs = readRetryAfter(headers.get("retry-after"), Date.now());
    const { settings } = this.#options;
    if (BUSY.has(status))
      return this.#error("busy", `is not available right now (status ${status})`, retryAfterMs);
    if (REFUSED.has(status)) return this.#error("refused", `refused the text (status ${status})`);
    if (status >= 500) return this.#error("broken", `failed (status ${status})`);
    return this.#error("settings", `refused the request (status ${status}); check ${settings}`);
  }

  #error(trouble: Trouble, what: string, retryAfterMs?: number): EndpointError {
    return new EndpointError(trouble, `${this.#options.name} ${what}.`, retryAfterMs);
  }
}

class TooLarge extends Error {}

async function readBody(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  const stream: AsyncIterable<Uint8Array> | undefined = response.body ?? undefined;
  if (!stream) return "";
  for await (const chunk of stream) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > BODY_BYTES_MAX) throw new TooLarge();
  }
  return Buffer.concat(chunks).toString("utf8");
}

function isTimeout(reason: unknown): boolean {
  return reason instanceof DOMException && reason.name === "TimeoutError";
}

/** A field of what a stranger sent. */
export function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null
    ? (value as Record<string, unknown>)[name]
    : undefined;
}

/** Whether it is an index into a list of so many. */
export function isPlace(index: unknown, count: number): index is number {
  return Number.isInteger(index) && Number(index) >= 0 && Number(index) < count;
}
