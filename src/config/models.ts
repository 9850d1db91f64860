import { optional, type Reader } from "./reader.ts";

export interface LlmConfig {
  readonly apiKey: string;
  readonly baseUrl?: string;
  readonly model: string;
  readonly contextTokens: number;
}

export interface EmbeddingConfig {
  /** Root of an OpenAI-compatible endpoint, without a slash at its end. */
  readonly baseUrl: string;
  readonly model: string;
  readonly apiKey?: string;
}

export interface RerankConfig {
  readonly url: string;
  readonly model?: string;
  readonly apiKey?: string;
}

const OPENAI_BASE_URL = "https://api.openai.com/v1";

export function readLlm(reader: Reader): LlmConfig | undefined {
  const baseUrl = reader.url("OPENAI_BASE_URL", ["http:", "https:"]);
  const apiKey = reader.text("OPENAI_API_KEY");
  if (apiKey === undefined && !reader.has("OPENAI_BASE_URL") && reader.has("RAG_LLM_MODEL"))
    reader.fault("RAG_LLM_MODEL is set, but neither OPENAI_API_KEY nor OPENAI_BASE_URL is.");
  if (apiKey === undefined && baseUrl === undefined) return undefined;
  return {
    // Local endpoints ask for no key, but the protocol wants a word there.
    apiKey: apiKey ?? "none",
    ...optional("baseUrl", baseUrl),
    model: reader.text("RAG_LLM_MODEL") ?? "gpt-4o-mini",
    contextTokens: reader.integer("RAG_LLM_CONTEXT_TOKENS", 8_192, 2_048, 1_000_000),
  };
}

/** A key is sent to the endpoint that it belongs to, and to no other. */
export function readEmbedding(reader: Reader): EmbeddingConfig | undefined {
  const model = reader.text("RAG_EMBEDDING_MODEL");
  const own = reader.has("RAG_EMBEDDING_URL");
  const baseUrl = reader.endpoint("RAG_EMBEDDING_URL", openAiUrl(reader));
  if (model === undefined) {
    for (const name of ["RAG_EMBEDDING_URL", "RAG_EMBEDDING_API_KEY"] as const)
      if (reader.has(name)) reader.fault(`${name} is set, but RAG_EMBEDDING_MODEL is not.`);
    return undefined;
  }
  const keyless = !reader.has("OPENAI_API_KEY") && !reader.has("RAG_EMBEDDING_API_KEY");
  if (!own && !reader.has("OPENAI_BASE_URL") && keyless)
    reader.fault(
      "RAG_EMBEDDING_MODEL needs RAG_EMBEDDING_URL, or what OPENAI_BASE_URL and OPENAI_API_KEY name.",
    );
  const apiKey =
    reader.text("RAG_EMBEDDING_API_KEY") ?? (own ? undefined : reader.text("OPENAI_API_KEY"));
  return { baseUrl, model, ...optional("apiKey", apiKey) };
}

function openAiUrl(reader: Reader): string {
  return (reader.text("OPENAI_BASE_URL") ?? OPENAI_BASE_URL).replace(/\/+$/, "");
}

export function readRerank(reader: Reader): RerankConfig | undefined {
  const url = reader.url("RAG_RERANK_URL", ["http:", "https:"]);
  if (!reader.has("RAG_RERANK_URL"))
    for (const name of ["RAG_RERANK_MODEL", "RAG_RERANK_API_KEY"] as const)
      if (reader.has(name)) reader.fault(`${name} is set, but RAG_RERANK_URL is not.`);
  return url === undefined
    ? undefined
    : {
        url,
        ...optional("model", reader.text("RAG_RERANK_MODEL")),
        ...optional("apiKey", reader.text("RAG_RERANK_API_KEY")),
      };
}
