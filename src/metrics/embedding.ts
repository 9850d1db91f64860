import { CALL_BUCKETS, counter, histogram } from "./registry.ts";

/** What is embedded: a part of a document, or a question. */
export type EmbeddingPurpose = "document" | "question";

/** `outcome` is `success` or `failed`. */
export const embeddingDuration = histogram(
  "rag_embedding_request_duration_seconds",
  "Time that one request to the embedding endpoint took.",
  CALL_BUCKETS,
  ["purpose", "outcome"],
);

export const embeddedSegments = counter(
  "rag_embedded_segments_total",
  "Segments whose vectors were stored.",
);

/** `outcome` is `success` or `failed`. */
export const rerankDuration = histogram(
  "rag_rerank_request_duration_seconds",
  "Time that reranking what was found for a question took.",
  CALL_BUCKETS,
  ["outcome"],
);

/** `part` is `vectors` or `rerank`. */
export const degradedQueries = counter(
  "rag_retrieval_degraded_total",
  "Questions for which a part of the search was left out, since its endpoint failed or was slow.",
  ["part"],
);
