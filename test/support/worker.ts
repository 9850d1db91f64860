import type { Bus } from "../../src/event/bus.ts";
import type { WorkerDeps } from "../../src/job/worker.ts";
import { DatabaseHealth } from "../../src/postgres/health.ts";
import type { Database } from "../../src/postgres/sql.ts";

/** What a worker needs of the engine around it. */
export function workerDeps(sql: Database, bus: Bus): WorkerDeps {
  return { sql, bus, health: new DatabaseHealth(), finishGraceMs: 500 };
}
