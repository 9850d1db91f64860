import OpenAI, { APIConnectionError, APIError } from "openai";
import { AppError, DeferredError, PermanentError } from "../error.ts";
import { llmDuration, llmTokens } from "../metrics/llm.ts";
import { backoffMs, readRetryAfter, sleep } from "../service.ts";
import { field } from "./endpoint.ts";

/** One turn of the conversation with the model. */
export interface ChatMessage {
  readonly role: "system" | "user" | "assistant";
  readonly content: string;
}

interface ChatCompletionOptions {
  readonly apiKey: string;
  /** Root of an OpenAI-compatible endpoint, such as `http://localhost:11434/v1`; OpenAI's own by default. */
  readonly baseUrl?: string | undefined;
  readonly model: string;
  /** Bound on a whole call: every attempt, and the waits between them. */
  readonly timeoutMs: number;
}

interface CompleteOptions {
  readonly signal: AbortSignal;
  /** Instead of the client's own, for a question that is not worth a long wait. */
  readonly timeoutMs?: number;
  /** Bound on the reply. */
  readonly tokensMax?: number;
}

/** How an endpoint calls the bound on a reply: models that think refuse the older name, local servers do not know the newer. */
type BoundName = "max_tokens" | "max_completion_tokens";

export interface Completion {
  /** Without what some models think aloud before they answer. */
  readonly content: string;
  /** It ended because there was no room for more: it may lack its end, or be nothing but thoughts. */
  readonly isCut?: true;
  /** Token counts as the endpoint names them; empty when it counts none. */
  readonly usage: Readonly<Record<string, number>>;
}

const OPENAI_BASE_URL = "https://api.openai.com/v1";
/** Attempts after the first, within one call; the job that calls has retries of its own. */
const RETRIES_MAX = 2;
const RETRY_BACKOFF = { baseMs: 500, maxMs: 4_000 } as const;
/** An endpoint that wants to be left alone for longer is left to a later attempt of the job: no worker waits. */
const RETRY_AFTER_HELD_MAX_MS = 5_000;
/** Statuses that mean "try again later"; every other 4xx is a fault of the settings or the request. */
const TRANSIENT_STATUSES: ReadonlySet<number> = new Set([408, 409, 425, 429]);

/** A chat model behind any OpenAI-compatible endpoint. */
export class ChatCompletion {
  readonly #client: OpenAI;
  readonly #model: string;
  readonly #timeoutMs: number;
  #tokensMaxName: BoundName = "max_tokens";

  constructor({ apiKey, baseUrl, model, timeoutMs }: ChatCompletionOptions) {
    this.#model = model;
    this.#timeoutMs = timeoutMs;
    this.#client = new OpenAI({
      apiKey,
      baseURL: baseUrl ?? OPENAI_BASE_URL,
      timeout: timeoutMs,
      // It would wait for as long as it is told, and hold a worker meanwhile.
      maxRetries: 0,
      // Where documents go is for the operator to say.
      fetchOptions: { redirect: "manual" },
      // The package would read these from the environment, which config.ts alone may do.
      adminAPIKey: null,
      organization: null,
      project: null,
      webhookSecret: null,
      logLevel: "off",
    });
  }

  /**
   * Asks the model once; 429, 5xx and broken connections are tried again, honouring a short `Retry-After`.
   * @throws AppError `answer_failed` when a later try may succeed, DeferredError when the endpoint says after
   *   which time; PermanentError `answer_failed` when it cannot (key, model or request refused); the signal's
   *   reason when the caller gives up. Messages hold neither the key nor anything that was sent or received.
   */
  async complete(messages: readonly ChatMessage[], options: CompleteOptions): Promise<Completion> {
    const { signal, timeoutMs = this.#timeoutMs } = options;
    const deadline = AbortSignal.timeout(timeoutMs);
    const ended = llmDuration.startTimer({ model: this.#model });
    try {
      const either = AbortSignal.any([signal, deadline]);
      const completion = await this.#insist(messages, { ...options, signal: either });
      ended({ outcome: "success" });
      this.#countTokens(completion.usage);
      return completion;
    } catch (error) {
      ended({ outcome: signal.aborted ? "cancelled" : "failed" });
      signal.throwIfAborted();
      throw deadline.aborted ? tooSlow() : failureOf(error);
    }
  }

  async #insist(messages: readonly ChatMessage[], options: CompleteOptions): Promise<Completion> {
    for (let failures = 1; ; failures++) {
      const boundName = this.#tokensMaxName;
      try {
        return await this.#ask(messages, options, boundName);
      } catch (error) {
        options.signal.throwIfAborted();
        if (boundName === "max_tokens" && isRefusalOf(boundName, error)) {
          this.#tokensMaxName = "max_completion_tokens";
          continue;
        }
        if (failures > RETRIES_MAX || !isPassing(error)) throw error;
        const pauseMs = retryAfterOf(error) ?? backoffMs(failures, RETRY_BACKOFF);
        if (pauseMs > RETRY_AFTER_HELD_MAX_MS) throw error;
        await sleep(pauseMs, options.signal);
        options.signal.throwIfAborted();
      }
    }
  }

  async #ask(
    messages: readonly ChatMessage[],
    { signal, tokensMax }: CompleteOptions,
    boundName: BoundName,
  ): Promise<Completion> {
    const bound = tokensMax === undefined ? {} : { [boundName]: tokensMax };
    const response: unknown = await this.#client.chat.completions.create(
      { model: this.#model, messages: [...messages], ...bound },
      { signal },
    );
    return completionOf(response);
  }

  #countTokens({ prompt_tokens, completion_tokens }: Completion["usage"]): void {
    const model = this.#model;
    if (prompt_tokens) llmTokens.inc({ model, direction: "prompt" }, prompt_tokens);
    if (completion_tokens) llmTokens.inc({ model, direction: "completion" }, completion_tokens);
  }
}

/** Thoughts may lack their end where a reply is cut, and their beginning where that stands in a model's template. */
const THOUGHTS = /^(?:\s*<think>[\s\S]*?(?:<\/think>|$)|[\s\S]*?\n<\/think>\n)/u;

/** Reads the fields that count, trusting nothing: "compatible" endpoints differ. */
function completionOf(response: unknown): Completion {
  const choices = field(response, "choices");
  const choice: unknown = Array.isArray(choices) ? choices[0] : undefined;
  const isCut = field(choice, "finish_reason") === "length";
  const said = field(field(choice, "message"), "content");
  // Where thinking has taken all the room, some endpoints say nothing.
  const content = isCut ? (said ?? "") : said;
  if (typeof content !== "string") {
    throw new AppError("answer_failed", "The language model gave a reply that cannot be read.");
  }
  const usage = numbersOf(field(response, "usage"));
  return { content: content.replace(THOUGHTS, ""), usage, ...(isCut && { isCut }) };
}

/** The numbers among an object's own fields. */
function numbersOf(value: unknown): Record<string, number> {
  if (typeof value !== "object" || value === null) return {};
  return Object.fromEntries(
    Object.entries(value).filter((entry): entry is [string, number] => Number.isFinite(entry[1])),
  );
}

/**
 * What went wrong, in one sentence. The original error is left behind on purpose, even as a cause:
 * endpoints quote the key and the prompt in their messages, and a cause ends up in logs.
 */
function failureOf(error: unknown): AppError {
  if (error instanceof AppError) return error;
  if (error instanceof APIConnectionError) {
    return new AppError("answer_failed", "The language model cannot be reached.");
  }
  const status: unknown = error instanceof APIError ? error.status : undefined;
  if (typeof status !== "number") {
    return new AppError("answer_failed", "The language model gave a reply that cannot be read.");
  }
  if (isPassing(error)) {
    const sentence = `The language model is not available right now (status ${status}).`;
    const retryAfterMs = retryAfterOf(error);
    return retryAfterMs === undefined
      ? new AppError("answer_failed", sentence)
      : new DeferredError("answer_failed", sentence, retryAfterMs);
  }
  return new PermanentError("answer_failed", refusalOf(status));
}

/** A failure that the next try may not meet: the request was fine, the service was not. */
function isPassing(error: unknown): boolean {
  if (error instanceof APIConnectionError) return true;
  const status: unknown = error instanceof APIError ? error.status : undefined;
  return typeof status === "number" && (status >= 500 || TRANSIENT_STATUSES.has(status));
}

/** Whether a request was refused for the name of its bound alone. */
function isRefusalOf(boundName: BoundName, error: unknown): boolean {
  return error instanceof APIError && error.status === 400 && error.param === boundName;
}

/** How long the endpoint wants to be left alone, in milliseconds; some tell it in milliseconds too. */
function retryAfterOf(error: unknown): number | undefined {
  const headers: unknown = error instanceof APIError ? error.headers : undefined;
  if (!(headers instanceof Headers)) return undefined;
  const ms = headers.get("retry-after-ms");
  const told = ms === null ? headers.get("retry-after") : String(Number(ms) / 1_000);
  return readRetryAfter(told, Date.now());
}

function refusalOf(status: number): string {
  return status === 401 || status === 403
    ? `The language model refused the API key (status ${status}); check OPENAI_API_KEY.`
    : `The language model refused the request (status ${status}); check RAG_LLM_MODEL and OPENAI_BASE_URL.`;
}

function tooSlow(): AppError {
  return new AppError("answer_failed", "The language model did not answer in time.");
}
