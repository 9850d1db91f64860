import { Elysia } from "elysia";
import type { Bus } from "../event/bus.ts";
import type { Sql } from "../postgres/sql.ts";
import { sleep } from "../service.ts";
import type { Storage } from "../storage/storage.ts";

export interface HealthDeps {
  readonly sql: Sql;
  readonly bus: Bus;
  readonly storage: Storage;
}

const CHECK_TIMEOUT_MS = 2_000;

type Part = "ok" | "down";

/** `/health` touches nothing; `/ready` tells which of the parts beside this process answer. */
export function healthRoutes({ sql, bus, storage }: HealthDeps) {
  return new Elysia()
    .get("/health", () => ({ status: "ok" }))
    .get("/ready", async ({ status }) => {
      const [database, files] = await Promise.all([partOf(sql`select 1`), partOf(storage.check())]);
      const redis: Part = bus.state() === "up" ? "ok" : "down";
      const down = database === "down" || files === "down";
      const summary = down ? "unavailable" : redis === "down" ? "degraded" : "ok";
      return status(down ? 503 : 200, { status: summary, database, redis, storage: files });
    });
}

async function partOf(check: PromiseLike<unknown>): Promise<Part> {
  return await Promise.race([
    Promise.resolve(check).then(
      () => "ok" as const,
      () => "down" as const,
    ),
    sleep(CHECK_TIMEOUT_MS).then(() => "down" as const),
  ]);
}
