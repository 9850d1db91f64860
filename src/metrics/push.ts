import { counter } from "./registry.ts";

/** `outcome` is `delivered`, `invalid`, `later` or `refused`, as the provider said. */
export const pushOutcomes = counter(
  "rag_push_outcomes_total",
  "What became of push notifications, one for each recipient and attempt.",
  ["provider", "outcome"],
);
