/** A reranker that speaks as Jina, Cohere and vLLM do, or as TEI does, and obeys the test. */
export interface RerankServer {
  readonly url: string;
  /** What it was asked, in order. */
  requests(): readonly Readonly<Record<string, unknown>>[];
  /** From now on it answers so; with nothing, as it should. */
  answerWith(behaviour?: () => Response | Promise<Response>): void;
  stop(): Promise<void>;
}

/** Its "model": the more often a passage has the word "best", the better. */
function scoreOf(text: string): number {
  return text.split("best").length / 100;
}

export function startReranker(dialect: "documents" | "texts" = "documents"): RerankServer {
  const requests: Record<string, unknown>[] = [];
  let behaviour: (() => Response | Promise<Response>) | undefined;
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: async (request) => {
      if (new URL(request.url).pathname !== "/v1/rerank")
        return new Response(null, { status: 404 });
      const asked = (await request.json()) as Record<string, unknown>;
      requests.push(asked);
      if (behaviour) return await behaviour();
      const texts = asked[dialect];
      if (!Array.isArray(texts)) return Response.json({ error: "missing field" }, { status: 422 });
      const ranked = (texts as string[])
        .map((text, index) => ({ index, score: scoreOf(text) }))
        .toSorted((a, b) => b.score - a.score);
      if (dialect === "texts") return Response.json(ranked);
      const results = ranked.map(({ index, score }) => ({ index, relevance_score: score }));
      return Response.json({ results });
    },
  });
  return {
    url: `http://127.0.0.1:${server.port}/v1`,
    requests: () => requests,
    answerWith: (next) => void (behaviour = next),
    stop: () => server.stop(true),
  };
}
