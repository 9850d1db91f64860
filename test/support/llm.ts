/** A chat endpoint that speaks as much of OpenAI's protocol as a client needs, and obeys the test. */
export interface FakeLlm {
  /** The engine's settings for it. */
  readonly env: Readonly<Record<string, string>>;
  /** How many questions it was asked. */
  asked(): number;
  /** From now on answers wait until `release`. */
  hold(): void;
  release(): void;
  /** From now on every question gets this HTTP status; 200 answers again. */
  answerWith(status: number): void;
  stop(): Promise<void>;
}

/** A message as the model is given it. */
export interface LlmMessage {
  readonly role: string;
  readonly content: string;
}

type Script = (messages: readonly LlmMessage[]) => string;

/** Answers every question as the script has it, or alike; by default it cites the first source it was given. */
export function startLlm(script: string | Script = "It is so. [1]"): FakeLlm {
  let asked = 0;
  let status = 200;
  let gate = Promise.withResolvers<void>();
  gate.resolve();
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    idleTimeout: 0, // A held answer is silent for as long as the test wants.
    fetch: async (request) => {
      asked += 1;
      await gate.promise;
      return status === 200 ? completion(await request.json(), script) : refusal(status);
    },
  });
  return {
    env: {
      OPENAI_BASE_URL: `http://127.0.0.1:${server.port}/v1`,
      OPENAI_API_KEY: "test-key",
      RAG_LLM_MODEL: "test-model",
    },
    asked: () => asked,
    hold: () => {
      gate = Promise.withResolvers<void>();
    },
    release: () => gate.resolve(),
    answerWith: (next) => {
      status = next;
    },
    stop: () => server.stop(true),
  };
}

function completion(request: unknown, script: string | Script): Response {
  const asked = request as { model?: string; stream?: boolean; messages?: LlmMessage[] };
  const content = typeof script === "string" ? script : script(asked.messages ?? []);
  const common = { id: "chatcmpl-1", created: 0, model: asked.model ?? "test-model" };
  if (asked.stream) return streamed(common, content);
  const message = { role: "assistant", content };
  return Response.json({
    ...common,
    object: "chat.completion",
    choices: [{ index: 0, message, finish_reason: "stop" }],
    usage: { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 },
  });
}

function streamed(common: object, content: string): Response {
  const chunk = { ...common, object: "chat.completion.chunk" };
  const deltas = [{ role: "assistant", content }, {}];
  const events = deltas.map((delta, index) => {
    const finish_reason = index === deltas.length - 1 ? "stop" : null;
    return JSON.stringify({ ...chunk, choices: [{ index: 0, delta, finish_reason }] });
  });
  const body = [...events, "[DONE]"].map((event) => `data: ${event}\n\n`).join("");
  return new Response(body, { headers: { "content-type": "text/event-stream" } });
}

function refusal(status: number): Response {
  const error = { message: "The test refuses.", type: "test_error", code: null, param: null };
  return Response.json({ error }, { status });
}
