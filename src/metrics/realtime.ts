import { counter, gauge, histogram } from "./registry.ts";

/** From one hop between two processes to an event that the log brings when its copy is lost. */
const LATENCY_BUCKETS = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30,
];
/** A client may close with any code, and a label is a series: others than these are one. */
const CODES = new Set([
  1000, 1001, 1002, 1005, 1006, 1009, 1011, 1012, 4400, 4401, 4403, 4408, 4429,
]);
const TENANTS_MAX = 20;
const TENANT_LENGTH_MAX = 64;
const OTHER = "other";

/**
 * How an event came to sockets of this process: by its `copy`, by the `log` because no copy came, or not at
 * all (`dropped`): a copy that could not be read, or whose audience could not be told.
 */
export type DeliveryOutcome = "copy" | "log" | "dropped";

/** Since the last scrape. There may be tens of thousands a second, and the counter's own way costs each of them. */
const uncounted: Record<DeliveryOutcome, number> = { copy: 0, log: 0, dropped: 0 };

const deliveries = counter(
  "rag_deliveries_total",
  "Events for this process's sockets: told by a copy, caught up from the log, or dropped.",
  ["outcome"],
  () => {
    for (const outcome of ["copy", "log", "dropped"] as const) {
      deliveries.inc({ outcome }, uncounted[outcome]);
      uncounted[outcome] = 0;
    }
  },
);

const latency = histogram(
  "rag_delivery_latency_seconds",
  "Time from an event's making to its being handed to sockets.",
  LATENCY_BUCKETS,
  ["outcome"],
);

/** @param madeAtMs when the event was made, in milliseconds since the epoch, where that is known */
export function countDelivery(outcome: DeliveryOutcome, madeAtMs?: number): void {
  uncounted[outcome]++;
  if (madeAtMs === undefined || outcome === "dropped") return;
  // Another machine's clock may be ahead.
  latency.observe({ outcome }, Math.max(0, Date.now() - madeAtMs) / 1000);
}

const closes = counter("rag_connection_closes_total", "Sockets that ended, by their close code.", [
  "code",
]);

export function countClose(code: number): void {
  closes.inc({ code: CODES.has(code) ? String(code) : OTHER });
}

type ConnectionsByTenant = () => ReadonlyMap<string, number>;

let connections: ConnectionsByTenant | undefined;

/** Says where the open sockets are counted from now on. */
export function watchConnections(byTenant: ConnectionsByTenant): void {
  connections = byTenant;
}

gauge("rag_connections", "Open sockets.", [], () => {
  if (!connections) return undefined;
  return [{ labels: {}, value: total([...connections().values()]) }];
});
gauge(
  "rag_tenant_connections",
  `Open sockets of the ${TENANTS_MAX} tenants that have most here, and of all others together.`,
  ["tenant"],
  () => connections && largest(connections()),
);

function largest(byTenant: ReadonlyMap<string, number>) {
  const bySize = [...byTenant].toSorted(([, a], [, b]) => b - a);
  const named = bySize.slice(0, TENANTS_MAX).map(([tenant, value]) => ({
    labels: { tenant: tenant.slice(0, TENANT_LENGTH_MAX) },
    value,
  }));
  const rest = bySize.slice(TENANTS_MAX).map(([, value]) => value);
  return [...named, { labels: { tenant: OTHER }, value: total(rest) }];
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

let presenceIsKnown: (() => boolean) | undefined;

/** Says who knows from now on whether presence is known. */
export function watchPresence(isKnown: () => boolean): void {
  presenceIsKnown = isKnown;
}

gauge("rag_presence_up", "1 if presence is known, 0 while it is not.", [], () =>
  presenceIsKnown ? [{ labels: {}, value: Number(presenceIsKnown()) }] : undefined,
);
