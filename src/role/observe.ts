import { QueueWatch } from "../job/queue-watch.ts";
import { observeProcess } from "../metrics/registry.ts";
import { poolWait, probe } from "../metrics/state.ts";
import type { Foundation } from "./foundation.ts";

/** Lets the metrics see what this process stands on. */
export function observe({ sql, pool, bus, health }: Foundation): void {
  observeProcess();
  pool.tell((seconds) => poolWait.observe(seconds));
  const queues = new QueueWatch(sql);
  probe({
    redisIsUp: () => bus.state() === "up",
    databaseIsUp: () => health.isUp,
    pool: () => pool,
    queues: () => queues.states(),
  });
}
