import { afterAll, beforeEach, describe, expect, test } from "bun:test";
import { join } from "node:path";
import { PermanentError } from "../../../src/error.ts";
import { DocumentAiClient } from "../../../src/inference/document-ai.ts";
import { byDocumentAi } from "../../../src/parsing/ocr/recogniser.ts";
import { failureOf } from "../../support/failure.ts";
import { temporaryFolder } from "../../support/folder.ts";
import { FakeGoogle } from "../../support/google.ts";
import { buildPdf } from "../../support/pdf.ts";
import { fileReader } from "../../support/reader-pool.ts";

const folder = temporaryFolder("document-ai");
const account = new FakeGoogle(folder, "https://www.googleapis.com/auth/cloud-platform");

/** Stands in for Google's v1 `processors.process`, as documented. */
const google = {
  /** What `:process` answers next; the last one again and again. */
  answers: [] as (() => Response | Promise<Response>)[],
  requests: [] as { path: string; token: string | null; body: unknown }[],
};

const server = Bun.serve({
  port: 0,
  hostname: "127.0.0.1",
  routes: { "/token": { POST: (request) => account.grant(request) } },
  fetch: async (request) => {
    const { pathname } = new URL(request.url);
    const token = request.headers.get("authorization");
    google.requests.push({ path: pathname, token, body: await request.json() });
    const answer = google.answers.length > 1 ? google.answers.shift() : google.answers[0];
    return await (answer ?? (() => new Response("", { status: 500 })))();
  },
});
const endpoint = `http://127.0.0.1:${server.port}`;
afterAll(() => server.stop(true));

async function client(credentialsPath?: string, at = endpoint): Promise<DocumentAiClient> {
  return new DocumentAiClient({
    projectId: "my-project",
    location: "eu",
    processorId: "abc123",
    credentialsPath: credentialsPath ?? (await account.keyFile(endpoint)),
    endpoint: at,
  });
}

const PNG = Buffer.from("\x89PNG\r\n\x1a\nimage", "latin1");
const never = new AbortController().signal;

/** Pages as Document AI cuts them out of one text: indices as strings, zero left out. */
function answerWith(text: string, ...ends: number[]): () => Response {
  const pages = ends.map((end, index) => {
    const start = ends[index - 1];
    const segment = {
      ...(start === undefined ? {} : { startIndex: String(start) }),
      endIndex: String(end),
    };
    return { pageNumber: index + 1, layout: { textAnchor: { textSegments: [segment] } } };
  });
  return () => Response.json({ document: { text, pages, mimeType: "image/png" } });
}

function refusal(status: number, error: Record<string, unknown>): () => Response {
  return () => Response.json({ error: { code: status, ...error } }, { status });
}

beforeEach(() => {
  account.tokens = 0;
  account.expiresInSeconds = 3600;
  google.answers = [answerWith("text\n", 5)];
  google.requests = [];
});

describe("a call", () => {
  test("sends the file to the processor, with a token for the key", async () => {
    await (await client()).process(PNG, "image/png", never);
    const [request] = google.requests;
    expect(request?.path).toBe("/v1/projects/my-project/locations/eu/processors/abc123:process");
    expect(request?.token).toBe("Bearer token-1");
    expect(request?.body).toMatchObject({
      rawDocument: { content: PNG.toString("base64"), mimeType: "image/png" },
    });
  });

  test("a token serves many calls, also those that come together", async () => {
    const ocr = await client();
    await Promise.all([1, 2, 3].map(() => ocr.process(PNG, "image/png", never)));
    await ocr.process(PNG, "image/png", never);
    expect(account.tokens).toBe(1);
  });

  test("a token that is about to expire is renewed", async () => {
    account.expiresInSeconds = 60;
    const ocr = await client();
    await ocr.process(PNG, "image/png", never);
    await ocr.process(PNG, "image/png", never);
    expect(account.tokens).toBe(2);
  });

  test("a token that is refused before its time is renewed once", async () => {
    google.answers = [refusal(401, { status: "UNAUTHENTICATED" }), answerWith("text", 4)];
    expect((await (await client()).process(PNG, "image/png", never)).pages).toEqual(["text"]);
    expect(google.requests.map(({ token }) => token)).toEqual(["Bearer token-1", "Bearer token-2"]);
  });
});

describe("the pages", () => {
  test("are cut out of the text, also beyond the basic plane", async () => {
    google.answers = [answerWith("Trang một 😀\nTrang hai\n", 12, 22)];
    const { pages, raw } = await (await client()).process(PNG, "image/png", never);
    expect(pages).toEqual(["Trang một 😀", "Trang hai"]);
    expect(JSON.parse(raw)).toMatchObject({ document: { mimeType: "image/png" } });
  });

  test("an empty page is there, and several segments make one page", async () => {
    const textAnchor = { textSegments: [{ endIndex: "2" }, { startIndex: "4", endIndex: "6" }] };
    google.answers = [
      () =>
        Response.json({
          document: { text: "abXXcd", pages: [{ layout: { textAnchor } }, { layout: {} }] },
        }),
    ];
    expect((await (await client()).process(PNG, "image/png", never)).pages).toEqual(["abcd", ""]);
  });
});

describe("failures that no retry can mend", () => {
  test("too many pages: the sentence names the limit", async () => {
    google.answers = [
      refusal(400, {
        message: "Document pages exceed the limit: 15 got 30",
        status: "INVALID_ARGUMENT",
        details: [
          {
            "@type": "type.googleapis.com/google.rpc.ErrorInfo",
            reason: "PAGE_LIMIT_EXCEEDED",
            domain: "documentai.googleapis.com",
            metadata: { page_limit: "15", pages: "30" },
          },
        ],
      }),
    ];
    const error = await failureOf((await client()).process(PNG, "image/png", never));
    expect(error).toBeInstanceOf(PermanentError);
    expect(error.message).toBe(
      "The scan has more pages than Google Document AI reads at once (15); split it, and upload the parts.",
    );
  });

  test.each([400, 401, 403, 404])("HTTP %d", async (status) => {
    google.answers = [refusal(status, { message: "Some reason." })];
    expect(await failureOf((await client()).process(PNG, "image/png", never))).toBeInstanceOf(
      PermanentError,
    );
  });

  test("a key file that is none, or of a stranger", async () => {
    const stranger = await client(
      await account.keyFile(endpoint, { client_email: "stranger@project.example" }),
    );
    expect(await failureOf(stranger.process(PNG, "image/png", never))).toBeInstanceOf(
      PermanentError,
    );
    const missing = await client(join(folder, "missing.json"));
    expect(await failureOf(missing.process(PNG, "image/png", never))).toBeInstanceOf(
      PermanentError,
    );
    const broken = await client(await account.keyFile(endpoint, { private_key: "no key" }));
    expect(await failureOf(broken.process(PNG, "image/png", never))).toBeInstanceOf(PermanentError);
  });
});

describe("failures that may pass", () => {
  test.each([429, 500, 503])("HTTP %d", async (status) => {
    google.answers = [refusal(status, { message: "Later." })];
    const error = await failureOf((await client()).process(PNG, "image/png", never));
    expect(error).not.toBeInstanceOf(PermanentError);
  });

  test("a server that is not there", async () => {
    const error = await failureOf(
      (await client(undefined, "http://127.0.0.1:1")).process(PNG, "image/png", never),
    );
    expect(error).not.toBeInstanceOf(PermanentError);
    expect(error.message).toContain("cannot be reached");
  });

  test("an answer that is a proxy's page", async () => {
    google.answers = [() => new Response("<html>")];
    expect(await failureOf((await client()).process(PNG, "image/png", never))).not.toBeInstanceOf(
      PermanentError,
    );
  });

  test("an abort in the middle of the call", async () => {
    const abort = new AbortController();
    google.answers = [
      () => {
        abort.abort();
        return new Promise<Response>(() => undefined);
      },
    ];
    const error = await failureOf((await client()).process(PNG, "image/png", abort.signal));
    expect(error).not.toBeInstanceOf(PermanentError);
  });
});

describe("in the pool", () => {
  const readFile = fileReader();

  async function read(name: string, bytes: Uint8Array) {
    return await readFile(name, bytes, { recogniser: byDocumentAi(await client()) });
  }

  test("an image and a PDF without text are read by Document AI, its answer is kept", async () => {
    google.answers = [answerWith("One\nTwo\n", 4, 8)];
    for (const [name, bytes] of [
      ["a.png", PNG],
      ["b.pdf", buildPdf(["", ""])],
    ] as const) {
      const { document, rawOutput } = await read(name, bytes);
      expect(document).toEqual({
        parserType: "document_ai",
        text: "One\n\nTwo",
        pages: [
          { pageIdx: 0, start: 0, end: 3 },
          { pageIdx: 1, start: 5, end: 8 },
        ],
      });
      expect(rawOutput?.extension).toBe(".docai.json");
      expect(rawOutput?.body).toContain("textAnchor");
    }
    expect(google.requests.map(({ body }) => body)).toMatchObject([
      { rawDocument: { mimeType: "image/png" } },
      { rawDocument: { mimeType: "application/pdf" } },
    ]);
  });

  test("a PDF with text never leaves the machine", async () => {
    const { document, rawOutput } = await read("c.pdf", buildPdf(["Text"]));
    expect(document.text).toBe("Text");
    expect(rawOutput).toBeUndefined();
    expect(google.requests).toEqual([]);
  });
});
