import OpenAI, { APIConnectionError, APIError } from "openai";
import { AppError, PermanentError } from "../error.ts";
import { llmDuration, llmTokens } from "../metrics/llm.ts";

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

interface Completion {
  readonly content: string;
  /** Token counts as the endpoint names them; empty when it counts none. */
  readonly usage: Readonly<Record<string, number>>;
}

const OPENAI_BASE_URL = "https://api.openai.com/v1";
/** Attempts after the first, within one call; the job that calls has retries of its own. */
const RETRIES_MAX = 2;
/** Statuses that mean "try again later"; every other 4xx is a fault of the settings or the request. */
const TRANSIENT_STATUSES: ReadonlySet<number> = new Set([408, 409, 425, 429]);

/** A chat model behind any OpenAI-compatible endpoint. */
export class ChatCompletion {
  readonly #client: OpenAI;
  readonly #model: string;
  readonly #timeoutMs: number;

  constructor({ apiKey, baseUrl, model, timeoutMs }: ChatCompletionOptions) {
    this.#model = model;
    this.#timeoutMs = timeoutMs;
    this.#client = new OpenAI({
      apiKey,
      baseURL: baseUrl ?? OPENAI_BASE_URL,
      timeout: timeoutMs,
      maxRetries: RETRIES_MAX,
      // The package would read these from the environment, which config.ts alone may do.
      adminAPIKey: null,
      organization: null,
      project: null,
      webhookSecret: null,
      logLevel: "off",
    });
  }

  /**
   * Asks the model once; 429, 5xx and broken connections are tried again, honouring `Retry-After`.
   * @throws AppError `answer_failed` when a later try may succeed; PermanentError `answer_failed` when
   *   it cannot (key, model or request refused); the signal's reason when the caller gives up.
   *   Messages hold neither the key nor anything that was sent or received.
   */
  async complete(
    messages: readonly ChatMessage[],
    { signal }: { signal: AbortSignal },
  ): Promise<Completion> {
    const deadline = AbortSignal.timeout(this.#timeoutMs);
    const ended = llmDuration.startTimer({ model: this.#model });
    try {
      const response: unknown = await this.#client.chat.completions.create(
        { model: this.#model, messages: [...messages] },
        { signal: AbortSignal.any([signal, deadline]) },
      );
      const completion = completionOf(response);
      ended({ outcome: "success" });
      this.#countTokens(completion.usage);
      return completion;
    } catch (error) {
      ended({ outcome: signal.aborted ? "cancelled" : "failed" });
      signal.throwIfAborted();
      throw deadline.aborted ? tooSlow() : failureOf(error);
    }
  }

  #countTokens({ prompt_tokens, completion_tokens }: Completion["usage"]): void {
    const model = this.#model;
    if (prompt_tokens) llmTokens.inc({ model, direction: "prompt" }, prompt_tokens);
    if (completion_tokens) llmTokens.inc({ model, direction: "completion" }, completion_tokens);
  }
}

/** Reads the two fields that count, trusting nothing: "compatible" endpoints differ. */
function completionOf(response: unknown): Completion {
  const choices = field(response, "choices");
  const content = field(
    field(Array.isArray(choices) ? choices[0] : undefined, "message"),
    "content",
  );
  if (typeof content !== "string") {
    throw new AppError("answer_failed", "The language model gave a reply that cannot be read.");
  }
  return { content, usage: numbersOf(field(response, "usage")) };
}

/** The numbers among an object's own fields. */
function numbersOf(value: unknown): Record<string, number> {
  if (typeof value !== "object" || value === null) return {};
  return Object.fromEntries(
    Object.entries(value).filter((entry): entry is [string, number] => Number.isFinite(entry[1])),
  );
}

function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null
    ? (value as Record<string, unknown>)[name]
    : undefined;
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
  if (status >= 500 || TRANSIENT_STATUSES.has(status)) {
    return new AppError(
      "answer_failed",
      `The language model is not available right now (status ${status}).`,
    );
  }
  return new PermanentError("answer_failed", refusalOf(status));
}

function refusalOf(status: number): string {
  return status === 401 || status === 403
    ? `The language model refused the API key (status ${status}); check OPENAI_API_KEY.`
    : `The language model refused the request (status ${status}); check RAG_LLM_MODEL and OPENAI_BASE_URL.`;
}

function tooSlow(): AppError {
  return new AppError("answer_failed", "The language model did not answer in time.");
}
