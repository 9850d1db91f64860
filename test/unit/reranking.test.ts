import { afterEach, describe, expect, test } from "bun:test";
import { Reranker } from "../../src/inference/rerank.ts";
import { Reranking, RERANKED_MAX } from "../../src/retrieval/reranking.ts";
import type { ScoredSegment } from "../../src/retrieval/index/segment-index.ts";
import { type RerankServer, startReranker } from "../support/rerank-server.ts";

const servers: RerankServer[] = [];
afterEach(async () => void (await Promise.all(servers.splice(0).map((server) => server.stop()))));

function start(dialect?: "documents" | "texts"): RerankServer {
  const server = startReranker(dialect);
  servers.push(server);
  return server;
}

function segment(segmentIndex: number, text: string): ScoredSegment {
  const place = { documentId: "d", documentTitle: "t", headings: "", pageIdx: 0, start: 0 };
  return { ...place, segmentIndex, text, end: text.length, score: 1 / (1 + segmentIndex) };
}

const indexesOf = (segments: readonly ScoredSegment[]) =>
  segments.map(({ segmentIndex }) => segmentIndex);
const SEGMENTS = [segment(0, "good"), segment(1, "best best"), segment(2, "best")];

describe("a reranker", () => {
  test.each(["documents", "texts"] as const)("that takes %s is understood", async (dialect) => {
    const server = start(dialect);
    const reranking = new Reranking(new Reranker({ url: server.url, model: "m" }));
    for (let time = 0; time < 2; time++) {
      const { segments, degraded } = await reranking.reorder("Which?", SEGMENTS);
      expect(degraded).toBeUndefined();
      expect(indexesOf(segments)).toEqual([1, 2, 0]);
      expect(segments.map(({ score }) => score)).toEqual([0.03, 0.02, 0.01]);
    }
    // The way that it is spoken to is tried out once.
    expect(server.requests()).toHaveLength(dialect === "texts" ? 3 : 2);
    expect(server.requests().at(-1)).toMatchObject({ model: "m", query: "Which?" });
  });

  test("may be named by its whole address", async () => {
    const { url } = start();
    const scores = await new Reranker({ url: `${url}/rerank` }).score("q", ["a", "best"], forever);
    expect(scores).toEqual([0.01, 0.02]);
  });

  test("is given the first ones alone; the others follow, and those it leaves out", async () => {
    const server = start();
    const many = Array.from({ length: 70 }, (_, i) => segment(i, i === 40 ? "best" : "good"));
    const reranking = new Reranking(new Reranker({ url: server.url }));
    const { segments } = await reranking.reorder("q", many);
    expect(server.requests()[0]).toMatchObject({ documents: { length: RERANKED_MAX } });
    expect(indexesOf(segments).slice(0, 3)).toEqual([40, 0, 1]);
    expect(indexesOf(segments.slice(50))).toEqual(indexesOf(many.slice(50)));
    const scores = segments.map(({ score }) => score);
    expect(scores).toEqual(scores.toSorted((a, b) => b - a));
    server.answerWith(() => Response.json({ results: [{ index: 2, relevance_score: -3 }] }));
    expect(indexesOf((await reranking.reorder("q", SEGMENTS)).segments)).toEqual([2, 0, 1]);
  });

  test("is given no more of a pasted page than the beginning, beside the passages", async () => {
    const server = start();
    await new Reranking(new Reranker({ url: server.url })).reorder("long ".repeat(3_000), SEGMENTS);
    const [request] = server.requests() as { query: string }[];
    expect(request?.query).toHaveLength(1_000);
  });

  const GARBAGE: readonly [what: string, answer: unknown][] = [
    ["nothing", { results: [] }],
    ["another shape", { scores: [1, 2, 3] }],
    ["a place that is none", [{ index: 3, score: 1 }]],
    ["a place twice", [0, 0].map((index) => ({ index, score: 1 }))],
    ["a score that is none", [{ index: 0, score: "high" }]],
  ];
  test.each(GARBAGE)("that answers %s leaves the order as it was", async (_what, answer) => {
    const server = start();
    server.answerWith(() => Response.json(answer));
    const reranking = new Reranking(new Reranker({ url: server.url }));
    expect(await reranking.reorder("q", SEGMENTS)).toEqual({
      segments: SEGMENTS,
      degraded: "The reranker gave a reply that cannot be read.",
    });
  });

  test("that is slow or down is left out, and soon not asked any more", async () => {
    const server = start();
    const gate = Promise.withResolvers<Response>();
    server.answerWith(() => gate.promise);
    const reranker = new Reranker({ url: server.url });
    const hasty = await new Reranking(reranker, 50).reorder("q", SEGMENTS);
    expect(hasty.degraded).toBe("The reranker did not answer in time.");
    gate.resolve(new Response());
    const reranking = new Reranking(reranker, 30_000);
    const degraded = async () => (await reranking.reorder("q", SEGMENTS)).degraded;
    server.answerWith(() => new Response("secret", { status: 503 }));
    expect(await degraded()).toBe("The reranker is not available right now (status 503).");
    await degraded();
    await degraded();
    const asked = server.requests().length;
    expect(await degraded()).toBe("The reranker is left alone for some seconds after failures.");
    expect(server.requests()).toHaveLength(asked);
  });
});

const forever = new AbortController().signal;
