import { CALL_BUCKETS, counter, histogram } from "./registry.ts";

/** `direction` is `prompt` or `completion`, as the endpoint counts them. */
export const llmTokens = counter(
  "rag_llm_tokens_total",
  "Tokens that the language model was given and gave.",
  ["model", "direction"],
);

/** `outcome` is `success`, `failed` or `cancelled`. */
export const llmDuration = histogram(
  "rag_llm_call_duration_seconds",
  "Time that a call of the language model took, its own retries included.",
  CALL_BUCKETS,
  ["model", "outcome"],
);
