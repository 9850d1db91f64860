import { backoffMs, sleep } from "../service.ts";
import type { Embeddings, Vector } from "./embeddings.ts";
import { EndpointError } from "./endpoint.ts";
import { approximateTokens } from "./tokens.ts";

/** What many endpoints take at once (TEI's own bound); one that takes less has it halved. */
const ITEMS_MAX = 32;
const TOKENS_MAX = 8_000;
const REQUESTS_MAX = 4;
const REQUEST_TIMEOUT_MS = 60_000;
/** Attempts after the first, where waiting may help. */
const RETRIES_MAX = 2;
const BACKOFF = { baseMs: 500, maxMs: 4_000 } as const;
/** Whoever asks for a longer rest gets it from the caller, who has other things to do meanwhile. */
const REST_MAX_MS = 20_000;
/** How often a single text that is refused is cut to half: models differ in what is too long. */
const HALVINGS_MAX = 2;

interface Item {
  readonly text: string;
  readonly signal: AbortSignal;
  readonly resolve: (vector: Vector) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Embeds texts of many callers in few requests: those that come while all requests are under way share the
 * next ones. A refusal of some texts is narrowed down to those that are to blame.
 */
export class EmbeddingQueue {
  /** Bounded by its callers, each of which waits for what it has put in. */
  readonly #pending: Item[] = [];
  #requests = 0;
  /** By `performance.now()`: until then the endpoint wants to be left alone. */
  #restsUntil = 0;

  constructor(private readonly embeddings: Embeddings) {}

  /**
   * The vectors of texts, in order. 429, 5xx and broken connections are tried again, honouring `Retry-After`.
   * @throws EndpointError; the signal's reason
   */
  async embed(texts: readonly string[], signal: AbortSignal): Promise<Vector[]> {
    signal.throwIfAborted();
    const vectors = texts.map((text) => {
      const { promise, resolve, reject } = Promise.withResolvers<Vector>();
      this.#pending.push({ text, signal, resolve, reject });
      return promise;
    });
    this.#pump();
    return await unlessAborted(Promise.all(vectors), signal);
  }

  #pump(): void {
    while (this.#requests < REQUESTS_MAX && this.#pending.length > 0) {
      const batch = this.#takeBatch();
      if (batch.length === 0) return;
      this.#requests++;
      void this.#settle(batch).finally(() => {
        this.#requests--;
        this.#pump();
      });
    }
  }

  /** Whoever has given up is left out. */
  #takeBatch(): Item[] {
    const batch: Item[] = [];
    let tokens = 0;
    while (batch.length < ITEMS_MAX) {
      const next = this.#pending[0];
      if (!next) break;
      const cost = approximateTokens(next.text);
      if (batch.length > 0 && tokens + cost > TOKENS_MAX) break;
      this.#pending.shift();
      if (next.signal.aborted) continue;
      batch.push(next);
      tokens += cost;
    }
    return batch;
  }

  /** Never rejects: each item is told by itself. */
  async #settle(batch: readonly Item[]): Promise<void> {
    try {
      const vectors = await this.#persist(batch.map(({ text }) => text));
      for (const [index, item] of batch.entries()) {
        const vector = vectors[index];
        if (vector) item.resolve(vector);
      }
    } catch (error) {
      if (isRefusal(error) && batch.length > 1) await this.#halve(batch);
      else if (isRefusal(error)) await this.#shorten(batch[0], error);
      else for (const item of batch) item.reject(error);
    }
  }

  async #halve(batch: readonly Item[]): Promise<void> {
    const middle = Math.ceil(batch.length / 2);
    await this.#settle(batch.slice(0, middle));
    await this.#settle(batch.slice(middle));
  }

  async #shorten(item: Item | undefined, refusal: unknown, halvings = 1): Promise<void> {
    if (!item) return;
    if (halvings > HALVINGS_MAX) return item.reject(refusal);
    const text = item.text.slice(0, Math.ceil(item.text.length / 2 ** halvings)).toWellFormed();
    try {
      const [vector] = await this.#persist([text]);
      if (vector) item.resolve(vector);
    } catch (error) {
      if (isRefusal(error)) await this.#shorten(item, error, halvings + 1);
      else item.reject(error);
    }
  }

  async #persist(texts: readonly string[]): Promise<Vector[]> {
    for (let attempt = 1; ; attempt++) {
      await sleep(Math.max(0, this.#restsUntil - performance.now()));
      try {
        const timeout = AbortSignal.timeout(REQUEST_TIMEOUT_MS);
        return await this.embeddings.embed(texts, "document", timeout);
      } catch (error) {
        const restMs = attempt > RETRIES_MAX ? undefined : restAfter(error, attempt);
        if (restMs === undefined) throw error;
        this.#restsUntil = Math.max(this.#restsUntil, performance.now() + restMs);
      }
    }
  }
}

/** @returns undefined where another try at once is worth nothing */
function restAfter(error: unknown, attempt: number): number | undefined {
  if (!(error instanceof EndpointError)) return undefined;
  const { trouble, retryAfterMs = 0 } = error;
  if (trouble === "settings" || trouble === "refused" || trouble === "unreadable") return undefined;
  if (retryAfterMs > REST_MAX_MS) return undefined;
  return Math.max(retryAfterMs, backoffMs(attempt, BACKOFF));
}

function isRefusal(error: unknown): boolean {
  return error instanceof EndpointError && error.trouble === "refused";
}

async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const abort = () => reject(signal.reason as Error);
  signal.addEventListener("abort", abort, { once: true });
  try {
    return await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}
