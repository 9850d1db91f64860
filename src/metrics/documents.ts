import { histogram, WORK_BUCKETS } from "./registry.ts";

/** `format` is the name of one that the engine reads; `outcome` is `success` or `failed`. */
export const parseDuration = histogram(
  "rag_parse_duration_seconds",
  "Time that reading a file into text took.",
  WORK_BUCKETS,
  ["format", "outcome"],
);

/** `stage` is `segment` (cutting the text and taking its terms) or `store` (writing them). */
export const indexDuration = histogram(
  "rag_index_duration_seconds",
  "Time that making a document findable took, by stage.",
  WORK_BUCKETS,
  ["stage"],
);
