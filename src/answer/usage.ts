/** What calls of a language model cost, as the endpoint counts it: `prompt_tokens` and the like. */
export type Usage = Readonly<Record<string, number>>;

/** The sum of several calls, name by name. */
export function sumOf(...usages: readonly (Usage | undefined)[]): Usage {
  const sum: Record<string, number> = {};
  for (const usage of usages)
    for (const [name, count] of Object.entries(usage ?? {})) sum[name] = (sum[name] ?? 0) + count;
  return sum;
}
