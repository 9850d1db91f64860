/** An embedding endpoint that speaks as much of OpenAI's protocol as a client needs, and obeys the test. */
export interface EmbeddingServer {
  /** The engine's settings for it. */
  readonly env: Readonly<Record<string, string>>;
  readonly baseUrl: string;
  /** The texts of each request so far, in order. */
  requests(): readonly (readonly string[])[];
  /** From now on it answers so; with nothing, as it should. */
  answerWith(behaviour?: Behaviour): void;
  /** From now on vectors have so many numbers. */
  haveDimensions(dimensions: number): void;
  /** From now on answers wait until `release`. */
  hold(): void;
  release(): void;
  stop(): Promise<void>;
}

/** What it answers instead of vectors; undefined to answer properly after all. */
export type Behaviour = (texts: readonly string[]) => Response | undefined;

/** Words that mean the same to the "model", though no letter says so. */
const SYNONYMS = [
  ["automobile", "car", "vehicle"],
  ["physician", "doctor", "medic"],
  ["feline", "cat", "kitten"],
  ["holiday", "vacation", "leave"],
] as const;
const MEANING = new Map<string, string>(
  SYNONYMS.flatMap(([meaning, ...others]) => others.map((word) => [word, meaning] as const)),
);
const DIMENSIONS = 64;

/** The prompts that models are trained with say what a text is, not what it is about. */
const PROMPT = /^(?:query|passage): /;

/** The "model": a bag of hashed words, where synonyms are one word; by another name it is another. */
function embed(text: string, dimensions: number, model: string): number[] {
  const vector = Array.from({ length: dimensions }, () => 0);
  for (const word of text
    .toLowerCase()
    .replace(PROMPT, "")
    .match(/\p{L}+/gu) ?? []) {
    const hash = Bun.hash.xxHash32((MEANING.get(word) ?? word) + model);
    const place = hash % dimensions;
    vector[place] = (vector[place] ?? 0) + 1;
  }
  return vector;
}

export function startEmbeddings(): EmbeddingServer {
  const requests: (readonly string[])[] = [];
  let behaviour: Behaviour | undefined;
  let dimensions = DIMENSIONS;
  let gate = Promise.withResolvers<void>();
  gate.resolve();
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    idleTimeout: 0, // A held answer is silent for as long as the test wants.
    fetch: async (request) => {
      if (new URL(request.url).pathname !== "/v1/embeddings") return refusal(404);
      const { input, model } = (await request.json()) as { input: string[]; model: string };
      requests.push(input);
      await gate.promise;
      return behaviour?.(input) ?? answer(input.map((text) => embed(text, dimensions, model)));
    },
  });
  const baseUrl = `http://127.0.0.1:${server.port}/v1`;
  return {
    env: { RAG_EMBEDDING_URL: baseUrl, RAG_EMBEDDING_MODEL: "test-embedding" },
    baseUrl,
    requests: () => requests,
    answerWith: (next) => void (behaviour = next),
    haveDimensions: (next) => void (dimensions = next),
    hold: () => void (gate = Promise.withResolvers<void>()),
    release: () => gate.resolve(),
    stop: async () => {
      gate.resolve();
      await server.stop(true);
    },
  };
}

export function answer(vectors: readonly unknown[]): Response {
  const data = vectors.map((embedding, index) => ({ object: "embedding", index, embedding }));
  return Response.json({ object: "list", data, usage: { prompt_tokens: 1, total_tokens: 1 } });
}

export function refusal(status: number, headers: Record<string, string> = {}): Response {
  const error = { message: "The test refuses a secret text.", type: "test_error" };
  return Response.json({ error }, { status, headers });
}
