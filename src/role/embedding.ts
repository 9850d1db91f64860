import type { Config } from "../config.ts";
import { EmbeddingQueue } from "../inference/embedding-queue.ts";
import { Embeddings } from "../inference/embeddings.ts";
import type { Database } from "../postgres/sql.ts";
import { openVectors } from "../retrieval/vector/open.ts";
import { QuestionVectors } from "../retrieval/vector/question-vectors.ts";
import { SemanticSearch } from "../retrieval/vector/semantic-search.ts";
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
  const embeddings = new Embeddings(config.embedding);
  const vectors = await openVectors(sql, embeddings.space);
  if (!vectors) return undefined;
  const semantic = new SemanticSearch(new QuestionVectors(embeddings), vectors);
  return { semantic, queue: new EmbeddingQueue(embeddings), vectors };
}
