import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { EmbeddingQueue } from "../../src/inference/embedding-queue.ts";
import { Embeddings } from "../../src/inference/embeddings.ts";
import { EndpointError } from "../../src/inference/endpoint.ts";
import { QuestionVectors } from "../../src/retrieval/vector/question-vectors.ts";
import {
  answer,
  type EmbeddingServer,
  refusal,
  startEmbeddings,
} from "../support/embedding-server.ts";

const KEY = "sk-very-secret";
const SECRET = "a secret text";
const forever = new AbortController().signal;

let server: EmbeddingServer;
beforeEach(() => {
  server = startEmbeddings();
});
afterEach(() => server.stop());

function embeddings(model = "test-embedding"): Embeddings {
  const { baseUrl } = server;
  return new Embeddings({ baseUrl, apiKey: KEY, model });
}

async function failure(call: Promise<unknown>): Promise<EndpointError> {
  const error: unknown = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof EndpointError)) throw new Error(`It threw ${String(error)}.`);
  return error;
}

describe("an embedding endpoint", () => {
  test("gives a vector of length 1 for each text, in order, of the dimension it has", async () => {
    const vectors = await embeddings().embed(["one two", "three"], "document", forever);
    expect(vectors.map(({ length }) => length)).toEqual([64, 64]);
    for (const vector of vectors) expect(Math.hypot(...vector)).toBeCloseTo(1, 5);
    expect(Math.max(...(vectors[0] ?? []))).toBeCloseTo(Math.SQRT1_2, 5);
  });

  test.each([
    ["text-embedding-3-small", "", ""],
    ["BAAI/bge-m3", "", ""],
    ["intfloat/multilingual-e5-small", "query: ", "passage: "],
    ["nomic-embed-text:v1.5", "search_query: ", "search_document: "],
    ["BAAI/bge-small-en-v1.5", "Represent this sentence for searching relevant passages: ", ""],
  ])("whose model is %s is told a question from a document", async (model, question, document) => {
    const asked = embeddings(model);
    await asked.embed(["one"], "question", forever);
    await asked.embed(["two"], "document", forever);
    expect(server.requests()).toEqual([[`${question}one`], [`${document}two`]]);
    // What was embedded without the prompt is embedded anew.
    expect(asked.space === model).toBe(document === "");
  });

  test("may give them in another order, if it numbers them", async () => {
    server.answerWith(() =>
      Response.json({
        data: [
          { index: 1, embedding: [0, 2] },
          { index: 0, embedding: [3, 0] },
        ],
      }),
    );
    const vectors = await embeddings().embed(["a", "b"], "document", forever);
    expect(vectors.map((vector) => [...vector])).toEqual([
      [1, 0],
      [0, 1],
    ]);
  });

  const GARBAGE: readonly [what: string, response: () => Response][] = [
    ["too few vectors", () => answer([[1, 0]])],
    ["too many", () => answer([[1], [1], [1]])],
    ["two dimensions", () => answer([[1, 0], [1]])],
    ["no dimension", () => answer([[], []])],
    [
      "what is no number",
      () =>
        answer([
          [1, null],
          [1, 0],
        ]),
    ],
    [
      "a number that is none",
      () =>
        answer([
          ["1e999", 0],
          [1, 0],
        ]),
    ],
    [
      "one place twice",
      () => Response.json({ data: [0, 0].map((index) => ({ index, embedding: [1] })) }),
    ],
    [
      "places beyond",
      () => Response.json({ data: [7, 8].map((index) => ({ index, embedding: [1] })) }),
    ],
    [
      "places far beyond",
      () => Response.json({ data: [0, 4e9].map((index) => ({ index, embedding: [1] })) }),
    ],
    ["another shape", () => Response.json({ vectors: [] })],
    ["no JSON", () => new Response("<html>secret text</html>")],
    ["half a JSON", () => new Response('{"data": [')],
  ];
  test.each(GARBAGE)("that gives %s is not believed", async (_what, response) => {
    server.answerWith(response);
    const error = await failure(embeddings().embed([SECRET, "b"], "document", forever));
    expect(error.trouble).toBe("unreadable");
    expect(error.message).toBe("The embedding endpoint gave a reply that cannot be read.");
  });

  test.each([
    [400, "refused"],
    [413, "refused"],
    [422, "refused"],
    [401, "settings"],
    [404, "settings"],
    [308, "settings"],
    [429, "busy"],
    [503, "busy"],
    [500, "broken"],
  ] as const)(
    "that answers %d has %s, said in one sentence without key or text",
    async (status, trouble) => {
      server.answerWith(() => refusal(status));
      const error = await failure(embeddings().embed([SECRET], "document", forever));
      expect(error.trouble).toBe(trouble);
      expect(error.message).toMatch(/^The embedding endpoint [^.]+\.$/);
      expect(error.message).toContain(String(status));
      const told = Bun.inspect(error);
      expect(told).not.toContain(KEY);
      expect(told).not.toContain("secret text");
    },
  );

  test("that is silent, or gone, is left in time", async () => {
    server.hold();
    const late = embeddings().embed([SECRET], "question", AbortSignal.timeout(50));
    expect((await failure(late)).trouble).toBe("slow");
    await server.stop();
    const gone = await failure(embeddings().embed([SECRET], "question", forever));
    expect(gone.message).toBe("The embedding endpoint cannot be reached.");
  });
});

describe("the queue before it", () => {
  const words = (count: number) => Array.from({ length: count }, (_, i) => `word${i} text`);

  test("puts many callers' texts into few requests, and gives everyone their own", async () => {
    server.hold();
    const queue = new EmbeddingQueue(embeddings());
    const calls = words(100).map((text) => queue.embed([text], forever));
    server.release();
    const vectors = await Promise.all(calls);
    const alone = await embeddings().embed(words(100), "document", forever);
    expect(vectors.map(([vector]) => vector)).toEqual(alone);
    const sizes = server
      .requests()
      .slice(0, -1)
      .map(({ length }) => length);
    expect(sizes.length).toBeLessThan(10);
    expect(Math.max(...sizes)).toBe(32);
  });

  test("sends no more at once than a request should carry", async () => {
    const long = Array.from({ length: 20 }, (_, i) => `${i} ${"chữ ".repeat(1_000)}`);
    await new EmbeddingQueue(embeddings()).embed(long, forever);
    expect(server.requests().length).toBeGreaterThan(2);
    for (const texts of server.requests()) expect(texts.length).toBeLessThanOrEqual(8);
  });

  test("waits as long as it is told to, and tries again", async () => {
    let refusals = 0;
    let askedAgainAt = 0;
    const refusedAt = performance.now();
    server.answerWith(() => {
      if (refusals++ < 1) return refusal(429, { "retry-after": "1" });
      askedAgainAt = performance.now();
      return undefined;
    });
    expect(await new EmbeddingQueue(embeddings()).embed(["a"], forever)).toHaveLength(1);
    expect(askedAgainAt - refusedAt).toBeGreaterThan(900);
  });

  test("leaves a long rest to its caller", async () => {
    server.answerWith(() => refusal(429, { "retry-after": "120" }));
    const error = await failure(new EmbeddingQueue(embeddings()).embed(["a"], forever));
    expect(error).toMatchObject({ trouble: "busy", retryAfterMs: 120_000 });
    expect(server.requests()).toHaveLength(1);
  });

  test("gets through to an endpoint that takes fewer texts at once, or shorter ones", async () => {
    server.answerWith((texts) =>
      texts.length > 3 || texts.some(({ length }) => length > 1_000) ? refusal(413) : undefined,
    );
    const texts = [...words(20), "long ".repeat(400)];
    expect(await new EmbeddingQueue(embeddings()).embed(texts, forever)).toHaveLength(21);
  });

  test("lets one text's refusal be nobody else's", async () => {
    server.hold();
    server.answerWith((texts) =>
      texts.some((text) => text.includes("bad")) ? refusal(400) : undefined,
    );
    const queue = new EmbeddingQueue(embeddings());
    const fillers = words(4).map((text) => queue.embed([text], forever));
    const bad = failure(queue.embed(["bad ".repeat(9)], forever));
    const good = words(20).map((text) => queue.embed([text], forever));
    server.release();
    expect((await bad).trouble).toBe("refused");
    expect(await Promise.all([...fillers, ...good])).toHaveLength(24);
  });

  test("lets a caller go that gives up", async () => {
    server.hold();
    const abort = new AbortController();
    const call = new EmbeddingQueue(embeddings()).embed(["a"], abort.signal);
    abort.abort(new Error("no longer"));
    expect(call).rejects.toThrow("no longer");
    await call.catch(() => undefined);
  });
});

describe("the vector of a question", () => {
  test("is asked for with no more of a pasted page than models read", async () => {
    server.answerWith(([text = ""]) => (text.length > 2_000 ? refusal(413) : undefined));
    const questions = new QuestionVectors(embeddings());
    const pasted = "lighthouse ".repeat(1_400);
    expect(await questions.of(pasted, forever)).toHaveLength(64);
    await questions.of(pasted, forever);
    expect(server.requests()).toHaveLength(1);
  });
});
