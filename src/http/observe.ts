import { countRequest } from "../metrics/http.ts";
import { type Trace, within } from "../trace.ts";

/** Elysia answers an upgrade with this status, after Bun has sent the true one. */
const UPGRADED = { route: "/ws", elysia: 200, sent: 101 } as const;

type Handle = (request: Request, ...rest: unknown[]) => Promise<Response> | Response;

/** Around every request: what becomes of it is counted under the route that it notes in its trace. */
export function observed(handle: Function) {
  return async (request: Request, ...rest: unknown[]): Promise<Response> => {
    const trace: Trace = {};
    const beganAt = performance.now();
    const answer = await within(trace, () => (handle as Handle)(request, ...rest));
    const seconds = (performance.now() - beganAt) / 1000;
    countRequest(request.method, trace.route, statusOf(trace, answer), seconds);
    return answer;
  };
}

function statusOf({ route }: Trace, { status }: Response): number {
  return route === UPGRADED.route && status === UPGRADED.elysia ? UPGRADED.sent : status;
}
