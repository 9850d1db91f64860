import { readRetryAfter } from "../service.ts";

/** What a provider said, whatever its status. */
export interface Answer {
  readonly status: number;
  /** At most `BODY_BYTES_MAX` of it. */
  readonly body: string;
  readonly retryAfterMs?: number;
}

const POST_TIMEOUT_MS = 15_000;
const BODY_BYTES_MAX = 64 * 1024;

/**
 * Posts JSON, and follows no redirect: where a notification goes is for the operator to say.
 * @returns undefined if there was no answer: out of reach, too slow, or aborted
 */
export async function postJson(
  url: string,
  headers: Readonly<Record<string, string>>,
  body: string,
  signal: AbortSignal,
): Promise<Answer | undefined> {
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { ...headers, "content-type": "application/json" },
      body,
      redirect: "manual",
      signal: AbortSignal.any([signal, AbortSignal.timeout(POST_TIMEOUT_MS)]),
    });
    const retryAfterMs = readRetryAfter(response.headers.get("retry-after"), Date.now());
    return {
      status: response.status,
      body: await readHead(response),
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    };
  } catch {
    return undefined;
  }
}

/** A receiver that answers without end must not fill the memory. */
async function readHead(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  const stream: AsyncIterable<Uint8Array> | undefined = response.body ?? undefined;
  if (!stream) return "";
  for await (const chunk of stream) {
    chunks.push(chunk);
    length += chunk.length;
    if (length >= BODY_BYTES_MAX) break;
  }
  return Buffer.concat(chunks).subarray(0, BODY_BYTES_MAX).toString("utf8");
}

/** A failure that the next attempt may not meet: the request was fine, the service was not. */
export function isPassing({ status }: Answer): boolean {
  return status === 408 || status === 425 || status === 429 || status >= 500;
}

/** Undefined for what is no JSON, such as a proxy's page of HTML. */
export function parseJson(body: string): unknown {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    return undefined;
  }
}
