import { logger } from "../log.ts";
import { countRequest } from "../metrics/http.ts";
import { requestIdOf, type Trace, within } from "../trace.ts";

export const REQUEST_ID_HEADER = "X-Request-Id";
/** Elysia answers an upgrade with this status, after Bun has sent the true one. */
const UPGRADED = { route: "/ws", elysia: 200, sent: 101 } as const;
/** Asked every few seconds by machines; nobody wants to read of it. */
const QUIET_ROUTES = new Set(["/health", "/ready", "/metrics"]);

const log = logger("http");

type Handle = (request: Request, ...rest: unknown[]) => Promise<Response> | Response;

/**
 * Around every request: it is given an id, the caller's or ours, which all that comes of it carries; it is
 * counted, and told in one line, under the route that it notes in its trace.
 */
export function observed(handle: Function) {
  return async (request: Request, ...rest: unknown[]): Promise<Response> => {
    const given = requestIdOf(request.headers.get(REQUEST_ID_HEADER));
    const trace = { request_id: given ?? Bun.randomUUIDv7() };
    const beganAt = performance.now();
    return await within<Promise<Response>>(trace, async () => {
      const answer = await (handle as Handle)(request, ...rest);
      answer.headers.set(REQUEST_ID_HEADER, trace.request_id);
      tell(request.method, trace, answer.status, performance.now() - beganAt);
      return answer;
    });
  };
}

function tell(method: string, { route }: Trace, answered: number, tookMs: number): void {
  const upgraded = route === UPGRADED.route && answered === UPGRADED.elysia;
  const status = upgraded ? UPGRADED.sent : answered;
  countRequest(method, route, status, tookMs / 1000);
  const duration_ms = Math.round(tookMs * 10) / 10;
  const line = `${method} ${route ?? "(no route)"} ${status} ${duration_ms} ms`;
  // The path and the query are a stranger's words, a token perhaps; the pattern and the trace are ours.
  const level = QUIET_ROUTES.has(route ?? "") ? "debug" : "info";
  log[level](line, { method, status, duration_ms });
}
