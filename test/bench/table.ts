import { alignTable, ms } from "../support/table.ts";

/** One figure: what was measured, what should be reached, and a peer of the same run beside it. */
export interface Row {
  readonly what: string;
  readonly measured: string;
  readonly reach: string;
  readonly peer?: string;
}

/** Rows as an aligned table. */
export function renderTable(rows: readonly Row[]): string {
  const cells = rows.map(({ what, measured, reach, peer }) => [what, measured, reach, peer ?? "—"]);
  return alignTable([["what", "measured", "reach", "peer, same run"], ...cells]);
}

/** The value below which the share `p` (0..1) of the samples lies. */
export function percentile(samples: readonly number[], p: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * p))] ?? Number.NaN;
}

export function median(samples: readonly number[]): number {
  return percentile(samples, 0.5);
}

/** "p50 · p99" of samples in milliseconds. */
export function p50p99(samples: readonly number[]): string {
  return `${ms(median(samples))} · ${ms(percentile(samples, 0.99))}`;
}

export function mb(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(0)} MB`;
}
