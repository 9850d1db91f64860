import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";

/** All that this process exports. Instruments are the process's own, as the log is. */
const registry = new Registry();

/** What Bun answers with nothing, or with numbers that mean something else. */
const MEANINGLESS = [
  "process_heap_bytes",
  "nodejs_active_handles",
  "nodejs_active_handles_total",
  "nodejs_active_requests",
  "nodejs_active_requests_total",
  "nodejs_active_resources",
  "nodejs_active_resources_total",
  "nodejs_gc_duration_seconds",
  "nodejs_heap_space_size_available_bytes",
  "nodejs_heap_space_size_total_bytes",
  "nodejs_heap_space_size_used_bytes",
] as const;
/** The event loop's lag is looked at so often, in milliseconds. */
const LAG_PRECISION_MS = 50;

/** From a quick statement to a call that runs into its time-out. */
export const CALL_BUCKETS = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
/** From a job of one page to one that a deadline ends. */
export const WORK_BUCKETS = [0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];

/** Begins to observe the process itself: CPU, memory, files, the event loop. Once. */
export function observeProcess(): void {
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: LAG_PRECISION_MS });
  for (const name of MEANINGLESS) registry.removeSingleMetric(name);
}

/** The text of a scrape, and its content type. Never rejects: what cannot be read now is left out. */
export async function exposition(): Promise<{ text: string; contentType: string }> {
  return { text: await registry.metrics(), contentType: registry.contentType };
}

type Labels<L extends string> = readonly L[];

/** @param collect called at a scrape, to add what has been counted elsewhere meanwhile */
export function counter<L extends string = never>(
  name: string,
  help: string,
  labelNames: Labels<L> = [],
  collect?: () => void,
): Counter<L> {
  return new Counter({
    name,
    help,
    labelNames,
    registers: [registry],
    ...(collect && { collect }),
  });
}

export function histogram<L extends string = never>(
  name: string,
  help: string,
  buckets: readonly number[],
  labelNames: Labels<L> = [],
): Histogram<L> {
  return new Histogram({ name, help, labelNames, buckets: [...buckets], registers: [registry] });
}

/** One value of a gauge, with its labels. */
export interface Sample<L extends string> {
  readonly labels: Readonly<Record<L, string>>;
  readonly value: number;
}

/** A gauge that is read when it is scraped. @param read undefined for what cannot be told now: no sample */
export function gauge<L extends string = never>(
  name: string,
  help: string,
  labelNames: Labels<L>,
  read: () => readonly Sample<L>[] | undefined | Promise<readonly Sample<L>[] | undefined>,
): void {
  const scraped: Gauge<L> = new Gauge({
    name,
    help,
    labelNames,
    registers: [registry],
    collect: async () => {
      const samples = await read();
      scraped.reset();
      // Without labels a reset would leave a zero.
      if (labelNames.length === 0) scraped.remove();
      for (const { labels, value } of samples ?? []) scraped.set(labels, value);
    },
  });
}
