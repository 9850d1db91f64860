import { CALL_BUCKETS, gauge, histogram } from "./registry.ts";

/** The jobs of one kind, as the database has them. */
export interface QueueState {
  readonly kind: string;
  readonly queued: number;
  readonly running: number;
  readonly failed: number;
  /** Since the oldest job that is due came to be so; 0 if none is. */
  readonly oldestDueSeconds: number;
}

/** The connections to the database, as this process uses them. */
export interface PoolState {
  readonly size: number;
  readonly inUse: number;
  readonly waiting: number;
}

/** Where the gauges are read on a scrape. What cannot be told now is undefined, and has no sample. */
export interface Probes {
  redisIsUp(): boolean;
  databaseIsUp(): boolean;
  pool(): PoolState;
  queues(): Promise<readonly QueueState[] | undefined>;
}

let probes: Probes | undefined;

/** Says where the gauges are read from now on; before, they have no samples. */
export function probe(current: Probes): void {
  probes = current;
}

/** How long a statement or a transaction waited for one of the pool's connections. */
export const poolWait = histogram(
  "rag_database_pool_wait_seconds",
  "Time that a statement or transaction waited for a connection of the pool.",
  CALL_BUCKETS,
);

function single(value: number | undefined) {
  return value === undefined ? undefined : [{ labels: {}, value }];
}

gauge("rag_redis_up", "1 if Redis answers, or the bus is in the process; else 0.", [], () =>
  single(probes && Number(probes.redisIsUp())),
);
gauge("rag_database_up", "1 if the database answers; else 0.", [], () =>
  single(probes && Number(probes.databaseIsUp())),
);
gauge("rag_database_pool_size", "Connections that the pool may open.", [], () =>
  single(probes?.pool().size),
);
gauge("rag_database_pool_in_use", "Connections of the pool that are at work.", [], () =>
  single(probes?.pool().inUse),
);
gauge("rag_database_pool_waiting", "Statements and transactions that wait for one.", [], () =>
  single(probes?.pool().waiting),
);

gauge(
  "rag_queue_jobs",
  "Jobs by kind and state, in the whole queue; failed ones are dead letters.",
  ["kind", "state"],
  async () =>
    (await probes?.queues())?.flatMap(({ kind, queued, running, failed }) =>
      Object.entries({ queued, running, failed }).map(([state, value]) => ({
        labels: { kind, state },
        value,
      })),
    ),
);
gauge(
  "rag_queue_oldest_due_seconds",
  "How long the oldest job that could run has been waiting to, by kind; 0 if none is.",
  ["kind"],
  async () =>
    (await probes?.queues())?.map(({ kind, oldestDueSeconds }) => ({
      labels: { kind },
      value: oldestDueSeconds,
    })),
);
