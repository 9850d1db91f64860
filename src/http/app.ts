import { cors } from "@elysiajs/cors";
import { Elysia } from "elysia";
import type { Limiter } from "../limit/limiter.ts";
import { type Door, socketRoute } from "../realtime/socket-route.ts";
import { note } from "../trace.ts";
import { limitedBy } from "./auth.ts";
import { readJson } from "./body.ts";
import { conversationRoutes } from "./conversations.ts";
import type { HttpDeps } from "./deps.ts";
import { deviceRoutes } from "./devices.ts";
import { documentRoutes } from "./documents.ts";
import { errorResponse } from "./error.ts";
import { type HealthDeps, healthRoutes } from "./health.ts";
import { type MetricsDeps, metricsRoute } from "./metrics.ts";
import { memberRoutes } from "./members.ts";
import { describe } from "./openapi/describe.ts";
import { observed, REQUEST_ID_HEADER } from "./observe.ts";
import { participantRoutes } from "./participants.ts";
import { presenceRoutes } from "./presence.ts";
import { searchRoutes } from "./search.ts";
import { workspaceRoutes } from "./workspaces.ts";

/** An upload reads its own body, part by part. */
const UPLOAD_PATH_END = "/documents/upload";
const NO_BODY = {};
/** What a page of another origin may read of an answer. */
const EXPOSED_HEADERS = [
  "Preference-Applied",
  "Content-Disposition",
  "Content-Range",
  "Retry-After",
  REQUEST_ID_HEADER,
  "Link",
  "X-Next-Cursor",
  "X-As-Of",
];

/** A page of another origin asks so seldom whether it may call; browsers keep it no longer than two hours. */
const PREFLIGHT_SECONDS = 7_200;

/** The web page and the policy to serve it with. */
export interface Page {
  readonly html: string;
  readonly securityPolicy: string;
}

/** What a process that only works answers to its operator. */
export function workerApp(deps: HealthDeps & MetricsDeps) {
  return base().use(healthRoutes(deps)).use(metricsRoute(deps));
}

type ApiDeps = HttpDeps & Door & MetricsDeps & { readonly limiter: Limiter };

/** The whole API, the socket and the page. */
export function apiApp(given: ApiDeps, page: Page) {
  const deps = { ...given, authenticator: limitedBy(given.limiter, given.authenticator) };
  const app = base()
    .use(cors({ exposeHeaders: EXPOSED_HEADERS, maxAge: PREFLIGHT_SECONDS }))
    .use(healthRoutes(deps))
    .use(metricsRoute(deps))
    .get("/", () => pageResponse(page))
    .use(socketRoute(given))
    .use(deviceRoutes(deps))
    .use(workspaceRoutes(deps))
    .use(memberRoutes(deps))
    .use(presenceRoutes(deps))
    .use(documentRoutes(deps))
    .use(searchRoutes(deps))
    .use(conversationRoutes(deps))
    .use(participantRoutes(deps));
  return app.get("/openapi.json", () => describe(app.routes));
}

function pageResponse({ html, securityPolicy }: Page): Response {
  return new Response(html, {
    headers: {
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": securityPolicy,
      "referrer-policy": "no-referrer",
      "x-content-type-options": "nosniff",
    },
  });
}

function base() {
  return new Elysia({ normalize: false })
    .wrap(observed)
    .onTransform({ as: "global" }, ({ route }) => note({ route }))
    .onError({ as: "global" }, ({ error, code, route }) => {
      // What fails before it is transformed, such as a body that is no JSON.
      if (route) note({ route });
      return errorResponse(error, code);
    })
    .onParse({ as: "global" }, ({ request, path }) =>
      request.body === null || path.endsWith(UPLOAD_PATH_END) ? NO_BODY : readJson(request),
    );
}
