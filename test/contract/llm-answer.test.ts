/** The model's side of an answer, against a small server that keeps to OpenAI's chat completions contract. */
import { afterEach, describe, expect, test } from "bun:test";
import type { Source } from "../../src/answer/answerer.ts";
import { GroundedAnswerer } from "../../src/answer/grounded/grounded.ts";
import { AppError, DeferredError, PermanentError } from "../../src/error.ts";
import { ChatCompletion } from "../../src/inference/chat-completion.ts";
import { plainQuestion } from "../support/question.ts";

const API_KEY = "sk-very-secret";
const TEXT = "The bridge was opened in 1932. It is 503 metres long.";
const SOURCE: Source = {
  documentId: "d1",
  documentTitle: "bridges.txt",
  segmentIndex: 0,
  pageIdx: 0,
  start: 0,
  end: TEXT.length,
  text: TEXT,
  score: 1,
};

type Reply = () => Response | Promise<Response>;

interface Call {
  readonly path: string;
  readonly authorization: string | null;
  readonly body: {
    model: string;
    messages: { role: string; content: string }[];
    max_tokens?: number;
    max_completion_tokens?: number;
  };
}

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
});

/** A server that gives each reply once, the last for ever, and a client of it. */
function start(replies: readonly [Reply, ...Reply[]], { timeoutMs = 10_000 } = {}) {
  const calls: Call[] = [];
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: async (request) => {
      const body = (await request.json()) as Call["body"];
      const { pathname: path } = new URL(request.url);
      calls.push({ path, authorization: request.headers.get("authorization"), body });
      return (replies[calls.length - 1] ?? replies.at(-1) ?? replies[0])();
    },
  });
  closing.push(() => server.stop(true));
  const baseUrl = `http://127.0.0.1:${server.port}/v1`;
  const model = new ChatCompletion({ apiKey: API_KEY, baseUrl, model: "test-model", timeoutMs });
  const answerer = new GroundedAnswerer(model, 8_192);
  const ask = (signal = new AbortController().signal, asked = "How long is the bridge?") =>
    answerer.answer(plainQuestion(asked), [SOURCE], { signal });
  return { calls, ask, server, model };
}

function completion(
  content: unknown,
  { finish_reason = "stop", completion_tokens = 7 } = {},
): Reply {
  return () =>
    Response.json({
      id: "chatcmpl-1",
      object: "chat.completion",
      created: 1,
      model: "test-model",
      choices: [{ index: 0, message: { role: "assistant", content }, finish_reason }],
      usage: {
        prompt_tokens: 20,
        completion_tokens,
        total_tokens: 20 + completion_tokens,
        prompt_tokens_details: { cached_tokens: 0 },
      },
    });
}

/** A reply for which there was no more room. */
function cutOff(content: unknown, completion_tokens = 7): Reply {
  return completion(content, { finish_reason: "length", completion_tokens });
}

/** An error that quotes key and prompt, as providers' messages do. */
function failure(status: number, headers: Record<string, string> = {}): Reply {
  const error = {
    message: `Bad key ${API_KEY} for: ${TEXT}`,
    type: "error",
    param: null,
    code: null,
  };
  return () => Response.json({ error }, { status, headers });
}

const QUICKLY = { "retry-after-ms": "1" };

async function failureOf(asked: Promise<unknown>): Promise<AppError> {
  const thrown = await asked.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (thrown instanceof AppError) return thrown;
  throw new Error("No AppError was thrown", { cause: thrown });
}

describe("a reply", () => {
  test("becomes an answer whose markers were checked", async () => {
    const { ask, calls } = start([completion("It is 503 metres long [1][5]. Whales sing [1].")]);
    expect(await ask()).toMatchObject({
      content: "It is 503 metres long. [1] Whales sing.",
      metadata: {
        sections: [{ text: "It is 503 metres long." }, { text: "Whales sing.", citations: [] }],
        citations: [
          { document_id: "d1", start: 31, end: 53, snippet_preview: "It is 503 metres long." },
        ],
        llm_usage: { prompt_tokens: 20, completion_tokens: 7, total_tokens: 27 },
      },
    });
    expect(calls).toHaveLength(1);
    expect(calls[0]).toMatchObject({
      path: "/v1/chat/completions",
      authorization: `Bearer ${API_KEY}`,
      body: { model: "test-model", messages: [{ role: "system" }, { role: "user" }] },
    });
    expect(calls[0]?.body.messages[1]?.content).toContain(TEXT);
  });

  test("that there is no answer becomes a refusal without citations", async () => {
    const { ask } = start([completion("NO_ANSWER")]);
    const { content, metadata } = await ask();
    expect(content).toBe("The documents do not say.");
    expect(metadata.citations).toEqual([]);
  });

  test.each([
    ["no JSON", () => new Response("<html>Welcome</html>")],
    ["broken JSON", () => new Response("{", { headers: { "content-type": "application/json" } })],
    ["no choices", () => Response.json({ choices: [] })],
    ["an error with status 200", () => Response.json({ error: { message: API_KEY } })],
    ["no content", completion(null)],
  ] satisfies [string, Reply][])("with %s fails, for a later try", async (_case, reply) => {
    const { ask } = start([reply]);
    const error = await failureOf(ask());
    expect(error).not.toBeInstanceOf(PermanentError);
    expect(error.code).toBe("answer_failed");
    expect(error.message).toBe("The language model gave a reply that cannot be read.");
  });
});

test.each([
  "<think>Is it NO_ANSWER? Source [1] tells of 1932.</think>It is 503 metres long [1].",
  "Is it NO_ANSWER? Source [1] tells of 1932.\n</think>\n\nIt is 503 metres long [1].",
])("what a model thinks aloud is no part of its reply: %p", async (reply) => {
  const { ask } = start([completion(reply)]);
  expect((await ask()).content).toBe("It is 503 metres long. [1]");
});

describe("a reply that was cut off", () => {
  const LONG = "It is 503 metres long.";

  test("is asked for again, with all the room that is left", async () => {
    const { ask, calls } = start([cutOff("The br"), completion(`${LONG} [1]`)]);
    const { content, metadata } = await ask();
    expect(content).toBe(`${LONG} [1]`);
    expect(metadata.truncated).toBeUndefined();
    expect(metadata.llm_usage).toMatchObject({ prompt_tokens: 40, completion_tokens: 14 });
    expect(calls.map(({ body }) => body.max_tokens)).toEqual([undefined, 8_192 - 20]);
  });

  test("again is given without what it did not finish, and says so", async () => {
    const { ask, calls } = start([cutOff(`${LONG} [1] The bridge was opened in 19`)]);
    expect(await ask()).toMatchObject({
      content: `${LONG} [1]\n\n…`,
      metadata: { truncated: true, citations: [{ start: 31, end: 53 }] },
    });
    expect(calls).toHaveLength(2);
  });

  test.each([
    ["was empty", [cutOff("")]],
    ["was none", [cutOff(null)]],
    ["was a thought", [cutOff("<think>Source [1] says 503 metres [1]. I could")]],
    ["held nothing whole", [cutOff("The bridge was opened in 1932, and it is")]],
    ["may have no more room", [cutOff(""), failure(400)]],
  ] satisfies [string, [Reply, ...Reply[]]][])(
    "and %s does not say that the documents do not: they are quoted",
    async (_case, replies) => {
      const { ask, calls } = start(replies);
      const { content, metadata } = await ask(undefined, "When was the bridge opened?");
      expect(content).toBe("The bridge was opened in 1932. [1]");
      expect(metadata.truncated).toBe(true);
      expect(metadata.llm_usage?.["prompt_tokens"]).toBeGreaterThan(0);
      expect(calls).toHaveLength(2);
    },
  );

  test("and had all the room that there is is not asked for again", async () => {
    const { ask, calls } = start([cutOff(`${LONG} [1] The`, 8_172)]);
    expect((await ask()).metadata.truncated).toBe(true);
    expect(calls).toHaveLength(1);
  });

  test("fails where there is nothing to quote either, and tells what to look at", async () => {
    const { ask } = start([cutOff("")]);
    const error = await failureOf(ask(undefined, "Who feeds the whales?"));
    expect(error).toBeInstanceOf(PermanentError);
    expect(error.message).toContain("RAG_LLM_CONTEXT_TOKENS");
  });

  test("after it had said that there is no answer says that", async () => {
    const { ask } = start([cutOff("NO_ANSWER. The sources tell of")]);
    expect((await ask()).content).toBe("The documents do not say.");
  });
});

test("without sources the model is not asked", async () => {
  const { calls, server } = start([completion("Yes [1].")]);
  const baseUrl = `http://127.0.0.1:${server.port}/v1`;
  const model = new ChatCompletion({ apiKey: API_KEY, baseUrl, model: "m", timeoutMs: 1_000 });
  const { signal } = new AbortController();
  const answer = await new GroundedAnswerer(model, 8_192).answer(plainQuestion("Why?"), [], {
    signal,
  });
  expect(answer.content).toStartWith("The documents do not say. None of the question's key words");
  expect(calls).toEqual([]);
});

describe("a busy endpoint", () => {
  test("is asked again when it says it may be", async () => {
    const { ask, calls } = start([
      failure(429, { "retry-after": "0.01" }),
      completion("503 metres [1]."),
    ]);
    expect((await ask()).metadata.citations).toHaveLength(1);
    expect(calls).toHaveLength(2);
  });

  test.each([
    ["an hour", { "retry-after": "3600" }, 3_600_000],
    ["a day", { "retry-after": "86400" }, 3_600_000],
    ["until a date", { "retry-after": "Fri, 31 Dec 9999 23:59:59 GMT" }, 3_600_000],
    ["milliseconds", { "retry-after-ms": "6500" }, 6_500],
  ])(
    "that wants to be left alone for long (%s) holds no worker: the job comes again then",
    async (_case, headers, ms) => {
      const { ask, calls } = start([failure(429, headers)]);
      const error = await failureOf(ask());
      expect(error).toBeInstanceOf(DeferredError);
      expect((error as DeferredError).retryAfterMs).toBe(ms);
      expect(calls).toHaveLength(1);
    },
  );

  test.each([500, 503, 429])(
    "that keeps answering %p is given up, for a later try",
    async (status) => {
      const { ask, calls } = start([failure(status, QUICKLY)]);
      const error = await failureOf(ask());
      expect(error).not.toBeInstanceOf(PermanentError);
      expect(error.message).toBe(
        `The language model is not available right now (status ${status}).`,
      );
      expect(calls).toHaveLength(3);
    },
  );
});

describe("a refusal that no retry can mend stops at once", () => {
  test.each([
    [401, "The language model refused the API key (status 401); check OPENAI_API_KEY."],
    [403, "The language model refused the API key (status 403); check OPENAI_API_KEY."],
    [
      400,
      "The language model refused the request (status 400); check RAG_LLM_MODEL and OPENAI_BASE_URL.",
    ],
    [
      404,
      "The language model refused the request (status 404); check RAG_LLM_MODEL and OPENAI_BASE_URL.",
    ],
  ])("status %p", async (status, message) => {
    const { ask, calls } = start([failure(status, QUICKLY)]);
    const error = await failureOf(ask());
    expect(error).toBeInstanceOf(PermanentError);
    expect(error.message).toBe(message);
    expect(calls).toHaveLength(1);
  });
});

test.each([401, 429, 500])(
  "no error from status %p holds the key or the documents",
  async (status) => {
    const { ask } = start([failure(status, QUICKLY)]);
    const shown = Bun.inspect(await failureOf(ask()));
    expect(shown).not.toContain(API_KEY);
    expect(shown).not.toContain(TEXT);
  },
);

test("an endpoint that points elsewhere is not followed: where documents go is for the operator to say", async () => {
  const elsewhere = start([completion("503 metres [1].")]);
  const { ask } = start([
    () => Response.redirect(new URL("/v1/chat/completions", elsewhere.server.url).href, 308),
  ]);
  const error = await failureOf(ask());
  expect(error).toBeInstanceOf(PermanentError);
  expect(error.message).toBe(
    "The language model refused the request (status 308); check RAG_LLM_MODEL and OPENAI_BASE_URL.",
  );
  expect(elsewhere.calls).toEqual([]);
});

test("a model that wants the bound on its reply by the newer name is understood, by several calls at once", async () => {
  const refusal = { message: "Use max_completion_tokens.", type: "error", param: "max_tokens" };
  const both = Promise.withResolvers<void>();
  let waiting = 0;
  const refusing = async () => {
    // None is answered before both have asked by the older name.
    if (++waiting === 2) both.resolve();
    await both.promise;
    return Response.json({ error: refusal }, { status: 400 });
  };
  const { model, calls } = start([refusing, refusing, completion("Why?")]);
  const { signal } = new AbortController();
  const ask = () => model.complete([{ role: "user", content: "?" }], { signal, tokensMax: 9 });
  const replies = await Promise.all([ask(), ask()]);
  expect(replies.map(({ content }) => content)).toEqual(["Why?", "Why?"]);
  expect(calls.slice(2).map(({ body }) => body.max_completion_tokens)).toEqual([9, 9]);
});

describe("a silent endpoint", () => {
  const silence: Reply = () => new Promise<Response>(() => undefined);

  test("is left when the time is up", async () => {
    const { ask } = start([silence], { timeoutMs: 200 });
    const error = await failureOf(ask());
    expect(error).not.toBeInstanceOf(PermanentError);
    expect(error.message).toBe("The language model did not answer in time.");
  });

  test("is left when the caller gives up, with the caller's reason", async () => {
    const caller = new AbortController();
    const { ask } = start([
      () => {
        caller.abort(new Error("The engine is stopping."));
        return silence();
      },
    ]);
    await expect(ask(caller.signal)).rejects.toThrow("The engine is stopping.");
  });

  test("that is not there is named as such", async () => {
    const { ask, server } = start([silence]);
    await server.stop(true);
    const error = await failureOf(ask());
    expect(error).not.toBeInstanceOf(PermanentError);
    expect(error.message).toBe("The language model cannot be reached.");
  });
});
