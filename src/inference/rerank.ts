import { rerankDuration } from "../metrics/embedding.ts";
import { Endpoint, EndpointError, field, isPlace } from "./endpoint.ts";

export interface RerankerOptions {
  /** With or without `/rerank` at its end. */
  readonly url: string;
  readonly model?: string;
  readonly apiKey?: string;
}

/** What the passages are called: `documents` by Jina, Cohere, Voyage and vLLM, `texts` by TEI. */
type Dialect = "documents" | "texts";

/** A cross-encoder behind the `/rerank` that Jina, Cohere, Voyage, vLLM and TEI have in common. */
export class Reranker {
  readonly #endpoint: Endpoint;
  readonly #model: string | undefined;
  /** Known once the endpoint has understood one. */
  #dialect: Dialect | undefined;

  constructor({ url, model, apiKey }: RerankerOptions) {
    this.#model = model;
    this.#endpoint = new Endpoint({
      name: "The reranker",
      url: addressOf(url),
      apiKey,
      settings: "RAG_RERANK_URL, RAG_RERANK_MODEL and RAG_RERANK_API_KEY",
    });
  }

  /**
   * How well each text answers the question, in the order of the texts; undefined for one that the endpoint
   * left out. The higher, the better; comparable within one call only.
   * @throws EndpointError; the signal's reason, see `Endpoint.post`
   */
  async score(
    query: string,
    texts: readonly string[],
    signal: AbortSignal,
  ): Promise<(number | undefined)[]> {
    const ended = rerankDuration.startTimer();
    try {
      const scores = scoresOf(await this.#ask(query, texts, signal), texts.length);
      if (!scores) throw this.#endpoint.unreadable();
      ended({ outcome: "success" });
      return scores;
    } catch (error) {
      ended({ outcome: "failed" });
      throw error;
    }
  }

  async #ask(query: string, texts: readonly string[], signal: AbortSignal): Promise<unknown> {
    if (this.#dialect) return await this.#askIn(this.#dialect, query, texts, signal);
    try {
      return await this.#askIn("documents", query, texts, signal);
    } catch (error) {
      if (!(error instanceof EndpointError) || error.trouble !== "refused") throw error;
      return await this.#askIn("texts", query, texts, signal);
    }
  }

  async #askIn(
    dialect: Dialect,
    query: string,
    texts: readonly string[],
    signal: AbortSignal,
  ): Promise<unknown> {
    const model = this.#model === undefined ? {} : { model: this.#model };
    const passages =
      dialect === "documents"
        ? { documents: texts, top_n: texts.length }
        : { texts, truncate: true };
    const answer = await this.#endpoint.post({ ...model, query, ...passages }, signal);
    this.#dialect = dialect;
    return answer;
  }
}

function addressOf(url: string): string {
  const bare = url.replace(/\/+$/, "");
  return bare.endsWith("/rerank") ? bare : `${bare}/rerank`;
}

/** @returns undefined for what is no answer to the question */
function scoresOf(answer: unknown, count: number): (number | undefined)[] | undefined {
  const results = Array.isArray(answer)
    ? (answer as unknown[])
    : (field(answer, "results") ?? field(answer, "data"));
  if (!Array.isArray(results) || results.length === 0) return undefined;
  const scores: (number | undefined)[] = Array.from({ length: count });
  for (const result of results) {
    const index = field(result, "index");
    const score = field(result, "relevance_score") ?? field(result, "score");
    if (!isPlace(index, count) || scores[index] !== undefined) return undefined;
    if (typeof score !== "number" || !Number.isFinite(score)) return undefined;
    scores[index] = score;
  }
  return scores;
}
