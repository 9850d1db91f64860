/** One figure: what was measured, what should be reached, and a peer of the same run beside it. */
export interface Row {
  readonly what: string;
  readonly measured: string;
  readonly reach: string;
  readonly peer?: string;
}

const HEADINGS: Row = {
  what: "what",
  measured: "measured",
  reach: "reach",
  peer: "peer, same run",
};

/** Rows as an aligned table. */
export function renderTable(rows: readonly Row[]): string {
  const all = [HEADINGS, ...rows].map((row) => [
    row.what,
    row.measured,
    row.reach,
    row.peer ?? "—",
  ]);
  const widths = [0, 1, 2, 3].map((column) =>
    Math.max(...all.map((cells) => cells[column]?.length ?? 0)),
  );
  const lines = all.map((cells) =>
    cells.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join("  "),
  );
  const rule = widths.map((width) => "─".repeat(width)).join("  ");
  return [lines[0], rule, ...lines.slice(1)].join("\n");
}

/** The value below which the share `p` (0..1) of the samples lies. */
export function percentile(samples: readonly number[], p: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * p))] ?? Number.NaN;
}

export function median(samples: readonly number[]): number {
  return percentile(samples, 0.5);
}

export function ms(value: number): string {
  return value >= 1_000 ? `${(value / 1_000).toFixed(2)} s` : `${value.toFixed(1)} ms`;
}

/** "p50 · p99" of samples in milliseconds. */
export function p50p99(samples: readonly number[]): string {
  return `${ms(median(samples))} · ${ms(percentile(samples, 0.99))}`;
}

export function mb(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(0)} MB`;
}
