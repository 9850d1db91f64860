import type { Config } from "../config.ts";
import type { EmbeddingQueue } from "../inference/embedding-queue.ts";
import type { Database } from "../postgres/sql.ts";
import type { SemanticSearch } from "../retrieval/vector/semantic-search.ts";
import type { VectorStore } from "../retrieval/vector/store.ts";

/** What finds by meaning, and what makes documents findable so. */
export interface Embedding {
  readonly semantic: SemanticSearch;
  readonly queue: EmbeddingQueue;
  readonly vectors: VectorStore;
}

/** @returns undefined where no model is set, or the database keeps no vectors, or the role needs none */
export async function openEmbedding(config: Config, sql: Database): Promise<Embedding | undefined> {
  if (!config.embedding || config.role === "parse") return undefined;
  const [{ Embeddings }, { EmbeddingQueue }, { openVectors }, search, questions] =
    await Promise.all([
      import("../inference/embeddings.ts"),
      import("../inference/embedding-queue.ts"),
      import("../retrieval/vector/open.ts"),
      import("../retrieval/vector/semantic-search.ts"),
      import("../retrieval/vector/question-vectors.ts"),
    ]);
  const vectors = await openVectors(sql, config.embedding.model);
  if (!vectors) return undefined;
  const embeddings = new Embeddings(config.embedding);
  const semantic = new search.SemanticSearch(new questions.QuestionVectors(embeddings), vectors);
  return { semantic, queue: new EmbeddingQueue(embeddings), vectors };
}
