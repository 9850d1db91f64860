import { createHash, timingSafeEqual } from "node:crypto";
import { Elysia } from "elysia";
import { AppError } from "../error.ts";
import { exposition } from "../metrics/registry.ts";
import { bearerToken } from "./auth.ts";

export interface MetricsDeps {
  /** Asked of whoever reads the metrics; without it they are open. */
  readonly metricsToken?: string | undefined;
}

/** `GET /metrics`, for Prometheus. */
export function metricsRoute({ metricsToken }: MetricsDeps) {
  return new Elysia().get("/metrics", async ({ request }) => {
    if (metricsToken !== undefined) checkToken(metricsToken, request);
    const { text, contentType } = await exposition();
    return new Response(text, { headers: { "content-type": contentType } });
  });
}

/** @throws AppError `unauthorized` */
function checkToken(expected: string, request: Request): void {
  const given = bearerToken(request.headers.get("authorization")) ?? "";
  // How long it takes tells nothing of where two tokens differ, nor of how long the right one is.
  if (timingSafeEqual(digest(expected), digest(given))) return;
  throw new AppError(
    "unauthorized",
    "The metrics need METRICS_TOKEN in 'Authorization: Bearer …'.",
  );
}

function digest(token: string): Buffer {
  return createHash("sha256").update(token).digest();
}
