import { CALL_BUCKETS, counter, histogram } from "./registry.ts";

const METHODS = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);
/** The route of what no route answers: a path is a stranger's text, and would be a series of its own. */
const NO_ROUTE = "none";

const requests = counter(
  "rag_http_requests_total",
  "HTTP requests by method, route pattern and status; 101 is a socket that opened.",
  ["method", "route", "status"],
);

const duration = histogram(
  "rag_http_request_duration_seconds",
  "Time to the answer of an HTTP request, by method and route pattern.",
  CALL_BUCKETS,
  ["method", "route"],
);

/** @param route the pattern, such as `/api/workspaces/:w`; undefined where none matched */
export function countRequest(
  method: string,
  route: string | undefined,
  status: number,
  seconds: number,
): void {
  const labels = { method: METHODS.has(method) ? method : "other", route: route ?? NO_ROUTE };
  requests.inc({ ...labels, status: String(status) });
  duration.observe(labels, seconds);
}

/** `scope` is `user` or `tenant`. */
export const rateLimited = counter(
  "rag_rate_limited_requests_total",
  "Calls that were refused with 429, by whose limit it was.",
  ["scope"],
);
